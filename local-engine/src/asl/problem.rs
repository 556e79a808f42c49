//! What is wrong with a definition, and where.

use std::fmt;

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which kind of problem it is.
    pub code: Code,
    /// Where it is, such as `/States/Charge/Retry[0]`; a line and column if the text is not
    /// JSON, and nothing if there is no place to name.
    pub path: Option<String>,
    /// What is wrong, in the service's words where they are known.
    pub message: String,
}

/// The kind of a problem; displays as the service's own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The text is not JSON.
    InvalidJsonDescription,
    /// A field is missing, unknown, of the wrong type, or out of range.
    SchemaValidationFailed,
    /// A state leads to a state that is not there.
    MissingTransitionTarget,
    /// AWS may accept it, but this engine cannot run it yet.
    NotSupportedYet,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidJsonDescription => "INVALID_JSON_DESCRIPTION",
            Self::SchemaValidationFailed => "SCHEMA_VALIDATION_FAILED",
            Self::MissingTransitionTarget => "MISSING_TRANSITION_TARGET",
            Self::NotSupportedYet => "NOT_SUPPORTED_YET",
        })
    }
}

/// Everything that is wrong with a definition; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);
