//! Reference paths: paths to one place, into which a value can be written.

use std::fmt;

use serde_json::{Map, Value};

use super::error::PathError;
use super::jsonpath::{JsonPath, Step};

/// A path of members and indexes into the input, at least one: the place of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencePath(JsonPath);

impl ReferencePath {
    /// Takes a path that leads to exactly one place inside the input; `None` for any other,
    /// also for `$` itself and for the context object.
    #[must_use]
    pub fn new(path: JsonPath) -> Option<Self> {
        let writable = path.is_reference() && !path.reads_context() && !path.is_whole_input();
        writable.then_some(Self(path))
    }

    /// Returns the text of the path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Writes a result into an input.
    ///
    /// Members that are not there are made, and objects on the way to them. Items of an array
    /// must be there.
    ///
    /// # Errors
    ///
    /// [`PathError::ResultPath`] if the input has something else on the way.
    pub fn write(&self, mut input: Value, result: Value) -> Result<Value, PathError> {
        let steps = self.0.reference_steps().unwrap_or_default();
        if !fits(&input, steps) {
            return Err(PathError::ResultPath {
                path: self.0.to_string(),
                input: input.to_string(),
            });
        }
        if let Some(place) = place(&mut input, steps) {
            *place = result;
        }
        Ok(input)
    }
}

impl fmt::Display for ReferencePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether the steps can be taken; looked at first, so that a failure leaves the input whole.
fn fits(input: &Value, steps: &[Step]) -> bool {
    let mut at = input;
    for (number, step) in steps.iter().enumerate() {
        let next = match (step, at) {
            (Step::Member(name), Value::Object(members)) => match members.get(name) {
                Some(member) => member,
                // From here on all is new, and new things are objects.
                None => {
                    return steps[number..]
                        .iter()
                        .all(|step| matches!(step, Step::Member(_)));
                }
            },
            (Step::Index(index), Value::Array(items)) => {
                match usize::try_from(*index)
                    .ok()
                    .and_then(|index| items.get(index))
                {
                    Some(item) => item,
                    None => return false,
                }
            }
            _ => return false,
        };
        at = next;
    }
    true
}

fn place<'a>(input: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    let mut at = input;
    for step in steps {
        at = match step {
            Step::Member(name) => at
                .as_object_mut()?
                .entry(name)
                .or_insert_with(|| Value::Object(Map::new())),
            Step::Index(index) => at.as_array_mut()?.get_mut(usize::try_from(*index).ok()?)?,
            _ => return None,
        };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> Option<ReferencePath> {
        ReferencePath::new(JsonPath::parse(text).unwrap())
    }

    #[track_caller]
    fn writes(text: &str, input: Value, expected: Value) {
        let written = path(text).unwrap().write(input, json!("new"));
        assert_eq!(written, Ok(expected), "{text}");
    }

    #[test]
    fn a_member_is_replaced_or_made_in_order() {
        writes("$.a", json!({"a": 1, "b": 2}), json!({"a": "new", "b": 2}));
        writes("$.c", json!({"a": 1}), json!({"a": 1, "c": "new"}));
        writes("$.a.b.c", json!({}), json!({"a": {"b": {"c": "new"}}}));
        writes("$['a b']", json!({}), json!({"a b": "new"}));
    }

    #[test]
    fn an_item_must_be_there() {
        writes("$.a[1]", json!({"a": [1, 2]}), json!({"a": [1, "new"]}));
        writes("$[0].x", json!([{}]), json!([{"x": "new"}]));
        for (text, input) in [
            ("$.a[2]", json!({"a": [1, 2]})),
            ("$.a[0]", json!({})),
            ("$.new.b[0]", json!({})),
        ] {
            assert!(
                path(text).unwrap().write(input, json!(1)).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_on_the_way_is_a_match_failure() {
        let error = path("$.partitioned")
            .unwrap()
            .write(json!("text"), json!(1))
            .unwrap_err();
        assert_eq!(error.error_name(), "States.ResultPathMatchFailure");
        assert_eq!(
            error.to_string(),
            "Unable to apply ReferencePath $.partitioned to input \"text\""
        );
        for input in [json!(null), json!([1]), json!({"a": 1})] {
            assert!(path("$.a.b").unwrap().write(input, json!(1)).is_err());
        }
    }

    #[test]
    fn only_one_place_inside_the_input_can_be_written() {
        for text in [
            "$",
            "$$",
            "$$.Execution",
            "$.a[*]",
            "$..a",
            "$.a[-1]",
            "$['a','b']",
        ] {
            assert_eq!(path(text), None, "{text}");
        }
    }
}
