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
        let writable = path.is_reference()
            && !path.reads_context()
            && path.variable().is_none()
            && !path.is_whole_input();
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
mod tests;
