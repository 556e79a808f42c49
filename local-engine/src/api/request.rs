//! A request's members, read within the bounds of the service's model.
//!
//! Reading never stops at the first bad member: violations are collected, a placeholder is
//! returned, and [`Request::finish`] answers with all of them in the service's words.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::error::ApiError;

/// The members of a request, or of a structure in it.
#[derive(Debug)]
pub(super) struct Request {
    members: Map<String, Value>,
    /// Where the members stand, with a dot at the end; empty for the request itself.
    path: String,
    violations: Vec<String>,
    unreadable: Option<ApiError>,
}

/// What a text may look like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    length: (usize, usize),
    /// Secrets and payloads are not shown in messages.
    shown: bool,
}

impl Text {
    pub(super) const NAME: Self = Self::shown(1, 80);
    pub(super) const ARN: Self = Self::shown(1, 256);
    pub(super) const DEFINITION: Self = Self::hidden(1, 1_048_576);
    pub(super) const TASK_TOKEN: Self = Self::hidden(1, 2_048);
    pub(super) const PAYLOAD: Self = Self::hidden(0, 262_144);
    pub(super) const ERROR: Self = Self::hidden(0, 256);
    pub(super) const CAUSE: Self = Self::hidden(0, 32_768);

    pub(super) const fn shown(least: usize, most: usize) -> Self {
        Self {
            length: (least, most),
            shown: true,
        }
    }

    const fn hidden(least: usize, most: usize) -> Self {
        Self {
            length: (least, most),
            shown: false,
        }
    }
}

impl Request {
    pub(super) fn read(body: &[u8]) -> Result<Self, ApiError> {
        let body = if body.is_empty() { b"{}" } else { body };
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self::of(members, String::new())),
            Ok(_) => Err(ApiError::serialization(
                "The body of the request must be a JSON object.",
            )),
            Err(error) => Err(ApiError::serialization(format!(
                "The body of the request is not JSON: {error}"
            ))),
        }
    }

    fn of(members: Map<String, Value>, path: String) -> Self {
        Self {
            members,
            path,
            violations: Vec::new(),
            unreadable: None,
        }
    }

    /// Ends the reading: an error if anything was outside its bounds.
    pub(super) fn finish(self) -> Result<(), ApiError> {
        if let Some(unreadable) = self.unreadable {
            return Err(unreadable);
        }
        match self.violations.len() {
            0 => Ok(()),
            number => {
                let errors = if number == 1 { "error" } else { "errors" };
                Err(ApiError::validation(format!(
                    "{number} validation {errors} detected: {}",
                    self.violations.join("; ")
                )))
            }
        }
    }

    pub(super) fn text(&mut self, member: &str, rule: Text) -> Option<String> {
        let text = match self.take(member)? {
            Value::String(text) => text,
            other => return self.wrong_type(&other, "String"),
        };
        self.check_length(member, &text, rule);
        Some(text)
    }

    pub(super) fn required_text(&mut self, member: &str, rule: Text) -> String {
        if self.is_absent(member) {
            self.missing(member);
            return String::new();
        }
        self.text(member, rule).unwrap_or_default()
    }

    pub(super) fn number(&mut self, member: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.take(member)?;
        let Some(number) = value.as_i64() else {
            return self.wrong_type(&value, "Integer");
        };
        if number < *range.start() {
            self.violation(
                member,
                Some(&number.to_string()),
                &format!(
                    "Member must have value greater than or equal to {}",
                    range.start()
                ),
            );
        } else if number > *range.end() {
            self.violation(
                member,
                Some(&number.to_string()),
                &format!(
                    "Member must have value less than or equal to {}",
                    range.end()
                ),
            );
        }
        Some(number)
    }

    /// A number that need not be whole.
    pub(super) fn decimal(&mut self, member: &str, range: RangeInclusive<f64>) -> Option<f64> {
        let value = self.take(member)?;
        let Some(number) = value.as_f64() else {
            return self.wrong_type(&value, "Float");
        };
        let (bound, limit) = if number < *range.start() {
            ("greater", range.start())
        } else if number > *range.end() {
            ("less", range.end())
        } else {
            return Some(number);
        };
        self.violation(
            member,
            Some(&number.to_string()),
            &format!("Member must have value {bound} than or equal to {limit}"),
        );
        Some(number)
    }

    pub(super) fn flag(&mut self, member: &str) -> Option<bool> {
        match self.take(member)? {
            Value::Bool(flag) => Some(flag),
            other => self.wrong_type(&other, "Boolean"),
        }
    }

    /// One of a set of words; the set stands in messages in the given order.
    pub(super) fn word(
        &mut self,
        member: &str,
        words: &'static [&'static str],
    ) -> Option<&'static str> {
        let text = match self.take(member)? {
            Value::String(text) => text,
            other => return self.wrong_type(&other, "String"),
        };
        let found = words.iter().find(|word| **word == text);
        if found.is_none() {
            self.violation(
                member,
                Some(&text),
                &format!("Member must satisfy enum value set: [{}]", words.join(", ")),
            );
        }
        found.copied()
    }

    /// The members of a structure; give it back with [`put_back`](Self::put_back).
    pub(super) fn structure(&mut self, member: &str) -> Option<Self> {
        let path = format!("{}{member}.", self.path);
        match self.take(member)? {
            Value::Object(members) => Some(Self::of(members, path)),
            other => self.wrong_type(&other, "Structure"),
        }
    }

    /// The structures of a list; give each back with [`put_back`](Self::put_back).
    pub(super) fn structures(&mut self, member: &str) -> Option<Vec<Self>> {
        let values = self.list(member)?;
        let mut structures = Vec::new();
        for (value, number) in values.into_iter().zip(1..) {
            let path = format!("{}{member}.{number}.member.", self.path);
            match value {
                Value::Object(members) => structures.push(Self::of(members, path)),
                other => return self.wrong_type(&other, "Structure"),
            }
        }
        Some(structures)
    }

    pub(super) fn required_structures(&mut self, member: &str) -> Vec<Self> {
        if self.is_absent(member) {
            self.missing(member);
        }
        self.structures(member).unwrap_or_default()
    }

    pub(super) fn required_texts(&mut self, member: &str, rule: Text) -> Vec<String> {
        if self.is_absent(member) {
            self.missing(member);
        }
        let values = self.list(member).unwrap_or_default();
        let mut texts = Vec::new();
        for (value, number) in values.into_iter().zip(1..) {
            match value {
                Value::String(text) => {
                    self.check_length(&format!("{member}.{number}.member"), &text, rule);
                    texts.push(text);
                }
                other => return self.wrong_type(&other, "String").unwrap_or_default(),
            }
        }
        texts
    }

    /// A structure that the engine only keeps and shows.
    pub(super) fn raw(&mut self, member: &str) -> Option<Map<String, Value>> {
        match self.take(member)? {
            Value::Object(members) => Some(members),
            other => self.wrong_type(&other, "Structure"),
        }
    }

    /// Takes over what was wrong in a structure of this request.
    pub(super) fn put_back(&mut self, structure: Self) {
        self.violations.extend(structure.violations);
        self.unreadable = self.unreadable.take().or(structure.unreadable);
    }

    fn list(&mut self, member: &str) -> Option<Vec<Value>> {
        match self.take(member)? {
            Value::Array(values) => Some(values),
            other => self.wrong_type(&other, "List"),
        }
    }

    fn take(&mut self, member: &str) -> Option<Value> {
        self.members.remove(member).filter(|value| !value.is_null())
    }

    fn is_absent(&self, member: &str) -> bool {
        self.members.get(member).is_none_or(Value::is_null)
    }

    fn check_length(&mut self, member: &str, text: &str, rule: Text) {
        // The limits of payloads count bytes, and those of names characters; a hidden text is
        // a payload or ASCII.
        let length = if rule.shown {
            text.chars().count()
        } else {
            text.len()
        };
        let value = rule.shown.then_some(text);
        let (least, most) = rule.length;
        if length < least {
            self.violation(
                member,
                value,
                &format!("Member must have length greater than or equal to {least}"),
            );
        } else if length > most {
            self.violation(
                member,
                value,
                &format!("Member must have length less than or equal to {most}"),
            );
        }
    }

    fn missing(&mut self, member: &str) {
        let path = &self.path;
        self.violations.push(format!(
            "Value null at '{path}{member}' failed to satisfy constraint: Member must not be null"
        ));
    }

    fn violation(&mut self, member: &str, value: Option<&str>, constraint: &str) {
        let path = &self.path;
        let value = value.map_or_else(String::new, |value| format!(" '{value}'"));
        self.violations.push(format!(
            "Value{value} at '{path}{member}' failed to satisfy constraint: {constraint}"
        ));
    }

    fn wrong_type<T>(&mut self, value: &Value, wanted: &str) -> Option<T> {
        let found = match value {
            Value::Null => "NULL_VALUE",
            Value::Bool(true) => "TRUE_VALUE",
            Value::Bool(false) => "FALSE_VALUE",
            Value::Number(_) => "NUMBER_VALUE",
            Value::String(_) => "STRING_VALUE",
            Value::Array(_) => "START_ARRAY",
            Value::Object(_) => "START_OBJECT",
        };
        self.unreadable.get_or_insert_with(|| {
            ApiError::serialization(format!("{found} can not be converted to a {wanted}"))
        });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: &str) -> Request {
        Request::read(json.as_bytes()).unwrap()
    }

    #[test]
    fn all_violations_are_told_at_once() {
        let mut request = request(r#"{"maxResults": 1001, "name": "", "role": null}"#);
        request.number("maxResults", 0..=1_000);
        request.text("name", Text::NAME);
        request.required_text("role", Text::ARN);
        let error = request.finish().unwrap_err();
        assert_eq!(
            error.message(),
            "3 validation errors detected: \
             Value '1001' at 'maxResults' failed to satisfy constraint: \
             Member must have value less than or equal to 1000; \
             Value '' at 'name' failed to satisfy constraint: \
             Member must have length greater than or equal to 1; \
             Value null at 'role' failed to satisfy constraint: Member must not be null"
        );
    }

    #[test]
    fn p10_a_payload_is_not_shown() {
        let mut request = request(r#"{"error": "4111"}"#);
        request.text("error", Text::hidden(0, 3));
        let error = request.finish().unwrap_err();
        assert_eq!(
            error.message(),
            "1 validation error detected: Value at 'error' failed to satisfy constraint: \
             Member must have length less than or equal to 3"
        );
    }

    #[test]
    fn a_member_of_a_structure_is_named_with_its_place() {
        let mut request = request(r#"{"tags": [{"key": "a"}, {"key": ""}]}"#);
        for mut tag in request.required_structures("tags") {
            tag.required_text("key", Text::shown(1, 128));
            request.put_back(tag);
        }
        let error = request.finish().unwrap_err();
        assert!(
            error.message().contains("at 'tags.2.member.key'"),
            "{error}"
        );
    }

    #[test]
    fn a_value_of_another_type_cannot_be_read() {
        let mut request = request(r#"{"maxResults": "ten"}"#);
        request.number("maxResults", 0..=1_000);
        let error = request.finish().unwrap_err();
        assert_eq!(error.code(), "SerializationException");
        assert_eq!(
            error.message(),
            "STRING_VALUE can not be converted to a Integer"
        );
    }

    #[test]
    fn what_is_not_a_json_object_cannot_be_read() {
        for body in ["{", "[]", "7", "\u{0}"] {
            let error = Request::read(body.as_bytes()).unwrap_err();
            assert_eq!(error.code(), "SerializationException", "{body}");
        }
        assert!(Request::read(b"").is_ok());
    }
}
