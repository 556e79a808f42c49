//! Values of fields that several kinds of state share.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::query::jsonata::Expression;
use crate::query::{Intrinsic, JsonPath, PathError, ReferencePath, Scope};

/// Where the machine goes after a state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transition {
    /// `Next`: to this state of the same graph.
    Next(String),
    /// `End`: the graph is done.
    End,
}

/// `InputPath`, `OutputPath` and `ItemsPath`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PathField {
    /// Absent or `$`: the whole value.
    Whole,
    /// `null`: an empty object.
    Nothing,
    /// A part of the value, or of the context object.
    Path(JsonPath),
}

impl PathField {
    /// Returns the part of the value that the field asks for.
    ///
    /// # Errors
    ///
    /// [`PathError::NotFound`] if there is no such part.
    pub fn select<'a>(&self, scope: Scope<'a>) -> Result<Cow<'a, Value>, PathError> {
        match self {
            Self::Whole => Ok(Cow::Borrowed(scope.input)),
            Self::Nothing => Ok(Cow::Owned(Value::Object(Map::new()))),
            Self::Path(path) => path.find(scope),
        }
    }
}

/// `ResultPath`: where the result goes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ResultPath {
    /// Absent or `$`: it replaces the input.
    Whole,
    /// `null`: it is thrown away and the input kept.
    Discard,
    /// It is written into the input at this place.
    Reference(ReferencePath),
}

impl ResultPath {
    /// Puts the result of a state together with the input that the state had.
    ///
    /// # Errors
    ///
    /// [`PathError::ResultPath`] if the input cannot have the place.
    pub fn combine(&self, input: Value, result: Value) -> Result<Value, PathError> {
        match self {
            Self::Whole => Ok(result),
            Self::Discard => Ok(input),
            Self::Reference(path) => path.write(input, result),
        }
    }
}

/// A number of seconds, written down or read from the input.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Seconds {
    /// A number in the definition.
    Literal(u64),
    /// A path to a number.
    Path(JsonPath),
    /// An expression for a number.
    Expression(Expression),
}

/// A text, written down or read from the input.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TextField {
    /// A text in the definition.
    Literal(String),
    /// A path to a text.
    Path(JsonPath),
    /// A call of an intrinsic function that makes a text.
    Call(Intrinsic),
    /// An expression for a text.
    Expression(Expression),
}

impl TextField {
    /// Returns the text; `field` names the field that holds the path, such as `ErrorPath`. An
    /// expression stands for itself here: whoever runs a state in JSONata evaluates it.
    ///
    /// # Errors
    ///
    /// [`PathError::FieldNotFound`] if the path leads nowhere, [`PathError::NotText`] if it
    /// leads to something else than a text.
    pub fn resolve(&self, scope: Scope<'_>, field: &str) -> Result<String, PathError> {
        match self {
            Self::Literal(text) => Ok(text.clone()),
            Self::Expression(expression) => Ok(expression.to_string()),
            Self::Path(path) => {
                let found = path.find_for_field(scope, field)?;
                text_of(&found, path.as_str(), field)
            }
            Self::Call(call) => text_of(&call.evaluate(scope)?, call.as_str(), field),
        }
    }
}

fn text_of(found: &Value, source: &str, field: &str) -> Result<String, PathError> {
    match found {
        Value::String(text) => Ok(text.clone()),
        other => Err(PathError::NotText {
            path: source.to_owned(),
            field: field.to_owned(),
            found: other.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests;
