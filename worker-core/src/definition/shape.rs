//! What is known of a payload before there is one: the literals of a template.

use serde_json::{Map, Value};

use super::draft::QueryLanguage;

/// A payload as far as its template tells.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// Whatever an execution puts here.
    Unknown,
    /// A value that is neither list nor object, as it stands there.
    Literal(Value),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Shape {
    /// Reads a template.
    pub(super) fn of(template: &Value, language: QueryLanguage) -> Self {
        match template {
            Value::String(text) if is_computed(text, language) => Self::Unknown,
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {
                Self::Literal(template.clone())
            }
            Value::Array(items) => {
                Self::List(items.iter().map(|item| Self::of(item, language)).collect())
            }
            Value::Object(fields) if is_computed_object(fields) => Self::Unknown,
            Value::Object(fields) => Self::Object(
                fields
                    .iter()
                    .map(|(name, value)| match computed_name(name, language) {
                        Some(name) => (name.to_owned(), Self::Unknown),
                        None => (name.clone(), Self::of(value, language)),
                    })
                    .collect(),
            ),
        }
    }

    /// The fewest bytes that the payload can have as JSON.
    pub(super) fn least_bytes(&self) -> usize {
        match self {
            // No JSON value is shorter.
            Self::Unknown => 1,
            Self::Literal(value) => value.to_string().len(),
            Self::List(items) => {
                let items_bytes: usize = items.iter().map(Self::least_bytes).sum();
                2 + items_bytes + items.len().saturating_sub(1)
            }
            Self::Object(fields) => {
                let bytes: usize = fields
                    .iter()
                    .map(|(name, value)| {
                        Value::String(name.clone()).to_string().len() + 1 + value.least_bytes()
                    })
                    .sum();
                2 + bytes + fields.len().saturating_sub(1)
            }
        }
    }

    /// A field of an object.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields
                .iter()
                .find_map(|(known, value)| (known == name).then_some(value)),
            Self::Unknown | Self::Literal(_) | Self::List(_) => None,
        }
    }
}

/// The name of a field whose value is a path: `input.$` is `input`.
pub(super) fn computed_name(name: &str, language: QueryLanguage) -> Option<&str> {
    match language {
        QueryLanguage::Jsonpath => name.strip_suffix(".$"),
        QueryLanguage::Jsonata => None,
    }
}

/// The expression in a text of JSONata: `{% … %}`.
pub(super) fn expression(text: &str) -> Option<&str> {
    text.trim()
        .strip_prefix("{%")?
        .strip_suffix("%}")
        .map(str::trim)
}

/// Whether a text is put together only when the state machine is deployed or runs.
fn is_computed(text: &str, language: QueryLanguage) -> bool {
    text.contains("${") || (language == QueryLanguage::Jsonata && expression(text).is_some())
}

/// A function of a template language, or a pointer of the claim check: what they become is not
/// known.
fn is_computed_object(fields: &Map<String, Value>) -> bool {
    fields.len() == 1
        && fields
            .keys()
            .all(|name| name == "Ref" || name.starts_with("Fn::") || name == "sfnWorkerPayload")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_execution_puts_in_is_unknown_and_the_rest_is_known() {
        let template = json!({"a.$": "$.b", "c": [1, "x"], "d": "${Stage}"});
        let shape = Shape::of(&template, QueryLanguage::Jsonpath);
        assert_eq!(shape.field("a"), Some(&Shape::Unknown));
        assert_eq!(shape.field("d"), Some(&Shape::Unknown));
        assert_eq!(
            shape.field("c"),
            Some(&Shape::List(vec![
                Shape::Literal(json!(1)),
                Shape::Literal(json!("x"))
            ]))
        );
        assert_eq!(shape.least_bytes(), r#"{"a":1,"c":[1,"x"],"d":1}"#.len());
        let template = json!({"a": "{% $states.input %}", "b.$": "x"});
        let shape = Shape::of(&template, QueryLanguage::Jsonata);
        assert_eq!(shape.field("a"), Some(&Shape::Unknown));
        assert_eq!(shape.field("b.$"), Some(&Shape::Literal(json!("x"))));
    }
}
