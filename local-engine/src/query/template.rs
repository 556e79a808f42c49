//! Payload templates: JSON in which `.$` keys stand for paths.

use serde_json::Value;

use super::jsonpath::JsonPath;

/// `Parameters`, `ResultSelector` or `ItemSelector`.
#[derive(Debug, Clone, PartialEq)]
pub enum Template {
    /// A part without any path.
    Literal(Value),
    /// An object with a path somewhere in it.
    Object(Vec<(String, Template)>),
    /// An array with a path somewhere in it.
    Array(Vec<Template>),
    /// The value of a key `name.$`.
    Path {
        /// The key as it stands in the definition, with its `.$`.
        field: String,
        /// The path.
        path: JsonPath,
    },
}
