//! A payload as far as it is known, against a JSON Schema: what certainly does not fit.
//!
//! Only what cannot be right whatever an execution puts in is a mismatch. Keywords that are not
//! read here (formats, patterns, conditions) refuse nothing.

use serde_json::{Map, Value};

use crate::definition::shape::Shape;
use crate::definition::suggest::{self, did_you_mean};

/// References that lead further than this go in circles.
const DEPTH: usize = 64;

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub(super) path: Vec<String>,
    pub(super) why: String,
}

/// Everything in a payload that does not fit a schema.
pub(super) fn mismatches(shape: &Shape, schema: &Value) -> Vec<Mismatch> {
    let mut comparison = Comparison {
        root: schema,
        path: Vec::new(),
        found: Vec::new(),
    };
    comparison.compare(shape, schema, 0);
    comparison.found
}

struct Comparison<'a> {
    root: &'a Value,
    path: Vec<String>,
    found: Vec<Mismatch>,
}

impl<'a> Comparison<'a> {
    fn compare(&mut self, shape: &Shape, schema: &'a Value, depth: usize) {
        if *schema == Value::Bool(false) {
            self.wrong("it must not be there");
        }
        let Value::Object(schema) = schema else {
            return;
        };
        if depth > DEPTH || *shape == Shape::Unknown {
            return;
        }
        if let Some(target) = self.referred(schema) {
            self.compare(shape, target, depth + 1);
        }
        if !self.check_type(shape, schema) {
            return;
        }
        self.check_alternatives(shape, schema, depth);
        match shape {
            Shape::Unknown => {}
            Shape::Literal(value) => self.check_literal(value, schema),
            Shape::List(items) => self.check_list(items, schema, depth),
            Shape::Object(fields) => self.check_object(fields, schema, depth),
        }
    }

    /// What `$ref` leads to, within the same document.
    fn referred(&self, schema: &Map<String, Value>) -> Option<&'a Value> {
        let pointer = schema.get("$ref")?.as_str()?.strip_prefix('#')?;
        self.root.pointer(pointer)
    }

    /// Returns whether the rest of the schema can be looked at.
    fn check_type(&mut self, shape: &Shape, schema: &Map<String, Value>) -> bool {
        let wanted: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => return true,
        };
        if wanted.iter().any(|wanted| is_of(shape, wanted)) {
            return true;
        }
        let wanted: Vec<&str> = wanted.iter().map(|wanted| article(wanted)).collect();
        self.wrong(format!(
            "{} is expected, and {} stands here",
            wanted.join(" or "),
            kind(shape)
        ));
        false
    }

    fn check_alternatives(&mut self, shape: &Shape, schema: &'a Map<String, Value>, depth: usize) {
        if let Some(Value::Array(all)) = schema.get("allOf") {
            for part in all {
                self.compare(shape, part, depth + 1);
            }
        }
        for keyword in ["anyOf", "oneOf"] {
            let Some(Value::Array(alternatives)) = schema.get(keyword) else {
                continue;
            };
            let fits = alternatives
                .iter()
                .any(|alternative| self.fits(shape, alternative, depth + 1));
            if !fits && !alternatives.is_empty() {
                self.wrong(format!(
                    "it fits none of the {} forms of the schema",
                    alternatives.len()
                ));
            }
        }
    }

    fn fits(&self, shape: &Shape, schema: &'a Value, depth: usize) -> bool {
        let mut trial = Comparison {
            root: self.root,
            path: Vec::new(),
            found: Vec::new(),
        };
        trial.compare(shape, schema, depth);
        trial.found.is_empty()
    }

    fn check_literal(&mut self, value: &Value, schema: &Map<String, Value>) {
        if let Some(Value::Array(allowed)) = schema.get("enum")
            && !allowed.iter().any(|allowed| equal(allowed, value))
        {
            let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            self.wrong(format!("it must be one of {}", allowed.join(", ")));
        }
        if let Some(only) = schema.get("const")
            && !equal(only, value)
        {
            self.wrong(format!("it must be {only}"));
        }
        let limit = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
        if let Some(number) = value.as_f64() {
            if let Some(least) = limit("minimum").filter(|least| number < *least) {
                self.wrong(format!("it must be at least {least}"));
            }
            if let Some(most) = limit("maximum").filter(|most| number > *most) {
                self.wrong(format!("it must be at most {most}"));
            }
            if let Some(least) = limit("exclusiveMinimum").filter(|least| number <= *least) {
                self.wrong(format!("it must be above {least}"));
            }
            if let Some(most) = limit("exclusiveMaximum").filter(|most| number >= *most) {
                self.wrong(format!("it must be below {most}"));
            }
        }
        if let Some(text) = value.as_str() {
            let length = text.chars().count();
            let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_u64);
            self.check_count(length, bound("minLength"), bound("maxLength"), "characters");
        }
    }

    fn check_list(&mut self, items: &[Shape], schema: &'a Map<String, Value>, depth: usize) {
        let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_u64);
        self.check_count(items.len(), bound("minItems"), bound("maxItems"), "items");
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let first = first.map(Vec::as_slice).unwrap_or_default();
        for (index, item) in items.iter().enumerate() {
            if let Some(schema) = first.get(index).or_else(|| schema.get("items")) {
                self.at(&index.to_string(), |inner| {
                    inner.compare(item, schema, depth + 1);
                });
            }
        }
    }

    fn check_count(&mut self, count: usize, least: Option<u64>, most: Option<u64>, noun: &str) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        if let Some(least) = least.filter(|least| count < *least) {
            self.wrong(format!(
                "it must have at least {least} {noun}, and has {count}"
            ));
        }
        if let Some(most) = most.filter(|most| count > *most) {
            self.wrong(format!(
                "it must have at most {most} {noun}, and has {count}"
            ));
        }
    }

    fn check_object(
        &mut self,
        fields: &[(String, Shape)],
        schema: &'a Map<String, Value>,
        depth: usize,
    ) {
        let has = |name: &str| fields.iter().any(|(known, _)| known == name);
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !has(name) {
                self.wrong(format!("the field {name} is missing"));
            }
        }
        let empty = Map::new();
        let properties = match schema.get("properties") {
            Some(Value::Object(properties)) => Some(properties),
            _ => None,
        };
        let names = properties.unwrap_or(&empty).keys().map(String::as_str);
        let names: Vec<&str> = names.collect();
        for (name, value) in fields {
            let property = properties.and_then(|properties| properties.get(name));
            match (property, schema.get("additionalProperties")) {
                (Some(property), _) => self.at(name, |inner| {
                    inner.compare(value, property, depth + 1);
                }),
                // Patterns may allow what the list does not.
                (None, Some(_)) if schema.contains_key("patternProperties") => {}
                (None, Some(Value::Bool(false))) => {
                    let meant = suggest::nearest(name, names.iter().copied());
                    self.at(name, |inner| {
                        inner.wrong(format!("there is no such field{}", did_you_mean(meant)));
                    });
                }
                (None, Some(rest @ Value::Object(_))) => self.at(name, |inner| {
                    inner.compare(value, rest, depth + 1);
                }),
                (None, _) => {}
            }
        }
    }

    fn at(&mut self, step: &str, look: impl FnOnce(&mut Self)) {
        self.path.push(step.to_owned());
        look(self);
        self.path.pop();
    }

    fn wrong(&mut self, why: impl Into<String>) {
        self.found.push(Mismatch {
            path: self.path.clone(),
            why: why.into(),
        });
    }
}

fn is_of(shape: &Shape, wanted: &str) -> bool {
    match (shape, wanted) {
        (Shape::Unknown, _)
        | (Shape::List(_), "array")
        | (Shape::Object(_), "object")
        | (Shape::Literal(Value::String(_)), "string")
        | (Shape::Literal(Value::Null), "null")
        | (Shape::Literal(Value::Bool(_)), "boolean")
        | (Shape::Literal(Value::Number(_)), "number") => true,
        (Shape::Literal(Value::Number(number)), "integer") => {
            number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        _ => false,
    }
}

/// The kind of a value and never the value itself, which can be long.
fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Unknown => "something",
        Shape::List(_) => "a list",
        Shape::Object(_) => "an object",
        Shape::Literal(Value::String(_)) => "a text",
        Shape::Literal(Value::Number(_)) => "a number",
        Shape::Literal(Value::Bool(_)) => "true or false",
        Shape::Literal(_) => "null",
    }
}

fn article(wanted: &str) -> &str {
    match wanted {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

/// `1` and `1.0` are the same number.
fn equal(left: &Value, right: &Value) -> bool {
    left == right
        || match (left, right) {
            (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
            _ => false,
        }
}
