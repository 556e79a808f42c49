//! A JSON object with its path, and readers of its fields.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::report::Report;

/// A JSON object and where it stands.
pub(super) struct Object<'a> {
    fields: &'a Map<String, Value>,
    path: String,
}

impl<'a> Object<'a> {
    pub(super) fn new(fields: &'a Map<String, Value>, path: String) -> Self {
        Self { fields, path }
    }

    /// Takes a value that must be an object.
    pub(super) fn from_value(value: &'a Value, path: String, report: &mut Report) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self::new(fields, path)),
            _ => {
                report.schema(&path, "Expected value of type Object");
                None
            }
        }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn fields(&self) -> &'a Map<String, Value> {
        self.fields
    }

    /// Returns the path of a field.
    pub(super) fn field(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name)
    }

    /// Notes the fields that are not there, all in one problem, and returns whether all are.
    pub(super) fn require(&self, names: &[&str], report: &mut Report) -> bool {
        let missing: Vec<_> = names
            .iter()
            .copied()
            .filter(|name| !self.has(name))
            .collect();
        if !missing.is_empty() {
            let message = format!("These fields are required: [{}]", missing.join(", "));
            report.schema(&self.path, message);
        }
        missing.is_empty()
    }

    /// Notes every field that is none of these.
    pub(super) fn allow_only(&self, names: &[&str], report: &mut Report) {
        for name in self
            .fields
            .keys()
            .filter(|name| !names.contains(&name.as_str()))
        {
            self.refuse(name, report);
        }
    }

    /// Notes that a field must not be here.
    pub(super) fn refuse(&self, name: &str, report: &mut Report) {
        let advice = match name.char_indices().nth(80) {
            Some(_) => "leave it out".to_owned(),
            None => format!("leave '{name}' out"),
        };
        report
            .schema(&self.path, format!("Field '{name}' is not supported"))
            .advise(advice);
    }

    /// Notes that none of these fields is there, of which there must be one.
    pub(super) fn require_one_of(&self, names: &[&str], report: &mut Report) {
        let message = format!(
            "This object should have only one of the following fields: [{}]",
            names.join(", ")
        );
        report.schema(&self.path, message);
    }

    /// Notes if more than one of these fields is there.
    pub(super) fn allow_one_of(&self, names: &[&str], report: &mut Report) {
        let found = names.iter().filter(|name| self.has(name)).count();
        if found > 1 {
            let message = format!(
                "There should only be one of the following fields: [{}]",
                names.join(", ")
            );
            report.schema(&self.path, message);
        }
    }

    pub(super) fn text(&self, name: &str, report: &mut Report) -> Option<&'a str> {
        match self.get(name)? {
            Value::String(text) => Some(text),
            _ => {
                report.schema(&self.field(name), "Expected value of type String");
                None
            }
        }
    }

    pub(super) fn comment(&self, report: &mut Report) -> Option<String> {
        self.text("Comment", report).map(str::to_owned)
    }

    pub(super) fn boolean(&self, name: &str, report: &mut Report) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(value) => Some(*value),
            _ => {
                report.schema(&self.field(name), "Expected value of type Boolean");
                None
            }
        }
    }

    /// Reads a whole number within a range.
    pub(super) fn integer(
        &self,
        name: &str,
        range: RangeInclusive<u64>,
        report: &mut Report,
    ) -> Option<u64> {
        let value = self.get(name)?;
        let Some(number) = value.as_u64() else {
            let message = if value.is_i64() {
                out_of_range(value, &range)
            } else {
                "Expected value of type Integer".to_owned()
            };
            report.schema(&self.field(name), message);
            return None;
        };
        if range.contains(&number) {
            Some(number)
        } else {
            report.schema(&self.field(name), out_of_range(value, &range));
            None
        }
    }

    pub(super) fn array(&self, name: &str, report: &mut Report) -> Option<&'a [Value]> {
        match self.get(name)? {
            Value::Array(items) => Some(items),
            _ => {
                report.schema(&self.field(name), "Expected value of type Array");
                None
            }
        }
    }

    /// Reads an array that has at least one item.
    pub(super) fn filled_array(&self, name: &str, report: &mut Report) -> Option<&'a [Value]> {
        let items = self.array(name, report)?;
        if items.is_empty() {
            report.schema(&self.field(name), "Value cannot be empty");
            return None;
        }
        Some(items)
    }

    pub(super) fn object(&self, name: &str, report: &mut Report) -> Option<Self> {
        Self::from_value(self.get(name)?, self.field(name), report)
    }

    /// Reads every item of an array of objects.
    pub(super) fn each<T>(
        &self,
        name: &str,
        items: &'a [Value],
        report: &mut Report,
        mut read: impl FnMut(&Self, &mut Report) -> Option<T>,
    ) -> Option<Vec<T>> {
        // No short cut at the first `None`: all items have their problems noted.
        let read: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let path = format!("{}/{name}[{index}]", self.path);
                let object = Self::from_value(item, path, report)?;
                read(&object, report)
            })
            .collect();
        read.into_iter().collect()
    }
}

/// Says which bound a whole number is beyond.
fn out_of_range(value: &Value, range: &RangeInclusive<u64>) -> String {
    match value.as_u64() {
        Some(number) if number > *range.end() => format!("Maximum value is {}", range.end()),
        _ => format!("Minimum value is {}", range.start()),
    }
}
