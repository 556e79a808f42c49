//! What is wrong with a definition, and where.

use std::fmt;

/// One thing that is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Which kind of problem it is.
    pub code: Code,
    /// Where it is in the service's form, such as `/States/Charge/Retry[0]`; `None` if it is
    /// nowhere in particular.
    pub path: Option<String>,
    /// Line and column, if the text is not JSON.
    pub position: Option<Position>,
    /// What is wrong, in the service's words where they are known.
    pub message: String,
    /// What would be right, if the message does not say it.
    pub advice: Option<String>,
}

/// A place in a text, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// Whether a problem keeps a definition from running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the service knows these two")]
pub enum Severity {
    /// It does.
    Error,
    /// It does not, but the definition hardly means what it says.
    Warning,
}

impl Problem {
    /// Returns whether the problem keeps a definition from running.
    ///
    /// What is only not supported yet counts as a warning: the definition may be right.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self.code {
            Code::NoDollar | Code::NoPath | Code::PassResultIsStatic | Code::NotSupportedYet => {
                Severity::Warning
            }
            Code::InvalidJsonDescription
            | Code::SchemaValidationFailed
            | Code::MissingTransitionTarget
            | Code::MissingEndState
            | Code::DuplicateStateName
            | Code::InvalidStateName
            | Code::InvalidJsonataExpression
            | Code::UnsupportedJsonataExpression
            | Code::DuplicateVariableName => Severity::Error,
        }
    }
}

/// The kind of a problem; displays as the service's own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The text is not JSON.
    InvalidJsonDescription,
    /// A field is missing, unknown, of the wrong type, or out of range.
    SchemaValidationFailed,
    /// A state leads to a state that is not there, or no state leads to it.
    MissingTransitionTarget,
    /// No state of a graph ends it.
    MissingEndState,
    /// Two states have the same name.
    DuplicateStateName,
    /// The name of a state is too long or empty.
    InvalidStateName,
    /// A text between `{%` and `%}` is no JSONata.
    InvalidJsonataExpression,
    /// It is JSONata, but asks for what a state does not have.
    UnsupportedJsonataExpression,
    /// A variable has the name of one in a scope around it.
    DuplicateVariableName,
    /// A template has a path under a key that does not end with `.$`.
    NoDollar,
    /// A field that is not read as a path looks like one.
    NoPath,
    /// The `Result` of a Pass looks like a path.
    PassResultIsStatic,
    /// AWS may accept it, but this engine cannot run it yet.
    NotSupportedYet,
}

impl Code {
    /// Returns the code as it is written in answers of the service.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidJsonDescription => "INVALID_JSON_DESCRIPTION",
            Self::SchemaValidationFailed => "SCHEMA_VALIDATION_FAILED",
            Self::MissingTransitionTarget => "MISSING_TRANSITION_TARGET",
            Self::MissingEndState => "MISSING_END_STATE",
            Self::DuplicateStateName => "DUPLICATE_STATE_NAME",
            Self::InvalidStateName => "INVALID_STATE_NAME",
            Self::InvalidJsonataExpression => "INVALID_JSONATA_EXPRESSION",
            Self::UnsupportedJsonataExpression => "UNSUPPORTED_JSONATA_EXPRESSION",
            Self::DuplicateVariableName => "DUPLICATE_VARIABLE_NAME",
            Self::NoDollar => "NO_DOLLAR",
            Self::NoPath => "NO_PATH",
            Self::PassResultIsStatic => "PASS_RESULT_IS_STATIC",
            Self::NotSupportedYet => "NOT_SUPPORTED_YET",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Displays as one line: where, what, and what would be right.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.position, &self.path) {
            (Some(Position { line, column }), _) => write!(f, "line {line}, column {column}: ")?,
            (None, Some(path)) => write!(f, "{path}: ")?,
            (None, None) => {}
        }
        let first_line = self.message.lines().next().unwrap_or_default();
        write!(f, "{}: {}", self.code, first_line.trim_end_matches('.'))?;
        match &self.advice {
            Some(advice) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with a definition; never empty.
///
/// Displays as one line for each problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self(problems)
    }

    /// Returns the problems in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Returns whether the definition is sound, but uses what this engine cannot run yet.
    #[must_use]
    pub fn is_only_unsupported(&self) -> bool {
        self.iter()
            .all(|problem| problem.code == Code::NotSupportedYet)
    }

    /// Returns the text that the service puts between quotes after
    /// `Invalid State Machine Definition:`. Several problems are quoted one by one inside of it.
    ///
    /// What is only not supported yet is left out if there is anything else, as the service
    /// knows nothing of it.
    #[must_use]
    pub fn service_text(&self) -> String {
        let show_unsupported = self.is_only_unsupported();
        let texts: Vec<_> = self
            .iter()
            .filter(|problem| show_unsupported || problem.code != Code::NotSupportedYet)
            .map(|problem| {
                let path = problem.path.as_deref().unwrap_or("null");
                format!("{}: {} at {path}", problem.code, problem.message)
            })
            .collect();
        match texts.as_slice() {
            [only] => only.clone(),
            several => format!("'{}'", several.join("', '")),
        }
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
