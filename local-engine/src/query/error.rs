//! Why a path, a template or a reference path came to nothing.

/// A text that is not a JSONPath; says what would be right, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at position {position}")]
pub struct PathSyntaxError {
    pub(super) message: &'static str,
    pub(super) position: usize,
}

/// Why a query came to nothing when a state ran.
///
/// Each displays as the service's own text, without the sentence that names the state and the
/// event before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// A path leads to no place of the value.
    #[error("Invalid path '{path}' : {detail}")]
    NotFound {
        /// The path as it was written.
        path: String,
        /// Which part of it is missing.
        detail: String,
        /// Whether it is only that an array is too short for an index.
        past_end: bool,
    },
    /// A path among the arguments of an intrinsic function leads to no place of the value.
    #[error(
        "The function '{call}' had the following error: The JsonPath argument for the field '{path}' could not be found in the input '{input}'"
    )]
    Argument {
        /// The whole call as it was written.
        call: String,
        /// The path, from one dollar sign whatever it starts from.
        path: String,
        /// The input as JSON text.
        input: String,
    },
    /// A path among the arguments of an intrinsic function takes an index of what is no array.
    #[error("The function '{call}' had the following error: {detail}")]
    ArgumentPath {
        /// The whole call as it was written.
        call: String,
        /// What is wrong with the path.
        detail: String,
    },
    /// An intrinsic function refuses its arguments.
    #[error("There was an error while evaluating the intrinsic function: {call}. {detail}")]
    Call {
        /// The call, which may stand inside of another one.
        call: String,
        /// What is wrong with its arguments.
        detail: String,
    },
    /// A path in a field or a template leads to no place of the value.
    #[error(
        "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
    )]
    FieldNotFound {
        /// The path as it was written.
        path: String,
        /// The field that holds it.
        field: String,
        /// The input as JSON text.
        input: String,
    },
    /// The `Variable` or the `…Path` operand of a choice rule leads to no place.
    #[error(
        "Invalid path '{path}': The choice state's condition path references an invalid value."
    )]
    ChoiceVariable {
        /// The path as it was written.
        path: String,
    },
    /// A path must lead to a text, but leads to something else.
    #[error("The {field} field refers to value \"{found}\" which is not a string: {path}")]
    NotText {
        /// The path as it was written.
        path: String,
        /// The field that holds it.
        field: String,
        /// The value as JSON text.
        found: String,
    },
    /// `ResultPath` names a place that the input cannot have.
    #[error("Unable to apply ReferencePath {path} to input {input}")]
    ResultPath {
        /// The path as it was written.
        path: String,
        /// The input as JSON text.
        input: String,
    },
}

impl PathError {
    /// Returns the error name that the state fails with.
    #[must_use]
    pub fn error_name(&self) -> &'static str {
        match self {
            Self::ResultPath { .. } => "States.ResultPathMatchFailure",
            Self::NotFound { .. }
            | Self::Argument { .. }
            | Self::ArgumentPath { .. }
            | Self::Call { .. }
            | Self::FieldNotFound { .. }
            | Self::ChoiceVariable { .. }
            | Self::NotText { .. } => "States.Runtime",
        }
    }
}
