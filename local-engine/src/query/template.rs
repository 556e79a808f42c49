//! Payload templates: JSON in which `.$` keys stand for paths and calls of intrinsic functions.

use std::borrow::Cow;

use serde_json::Value;

use super::context::Scope;
use super::error::PathError;
use super::intrinsic::Intrinsic;
use super::jsonpath::JsonPath;

/// `Parameters`, `ResultSelector` or `ItemSelector`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Template {
    /// A part without any path.
    Literal(Value),
    /// An object with a path somewhere in it: keys without their `.$`.
    Object(Vec<(String, Self)>),
    /// An array with a path somewhere in it.
    Array(Vec<Self>),
    /// The value of a key `name.$`.
    Path {
        /// The key as it stands in the definition, with its `.$`.
        field: String,
        /// The path.
        path: JsonPath,
    },
    /// The value of a key `name.$` that calls an intrinsic function.
    Call(Intrinsic),
}

impl Template {
    /// Fills the template from the input and the context object.
    ///
    /// # Errors
    ///
    /// [`PathError::FieldNotFound`] if a definite path leads nowhere; an index past the end of
    /// an array makes `null`, as it does in the service. What [`Intrinsic::evaluate`] says of calls.
    pub fn fill(&self, scope: Scope<'_>) -> Result<Value, PathError> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Object(members) => members
                .iter()
                .map(|(name, member)| Ok((name.clone(), member.fill(scope)?)))
                .collect(),
            Self::Array(items) => items.iter().map(|item| item.fill(scope)).collect(),
            Self::Path { field, path } => match path.find(scope) {
                Ok(found) => Ok(found.into_owned()),
                Err(PathError::NotFound { past_end: true, .. }) => Ok(Value::Null),
                Err(_) => path.find_for_field(scope, field).map(Cow::into_owned),
            },
            Self::Call(call) => call.evaluate(scope),
        }
    }
}

#[cfg(test)]
mod tests;
