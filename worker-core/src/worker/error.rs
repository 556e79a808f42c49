//! What is wrong with a worker's configuration: everything, in one go.

use std::error::Error;
use std::fmt;

/// Why a worker could not be built: every problem of its configuration.
///
/// `Display` gives one line for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    problems: Vec<Problem>,
}

/// One thing that is wrong: which key, which value, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    key: String,
    value: String,
    remedy: String,
}

impl BuildError {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// The problems, in the order of the configuration.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Problem {
    pub(crate) fn new(
        key: impl Into<String>,
        value: impl fmt::Display,
        remedy: impl fmt::Display,
    ) -> Self {
        Self {
            key: key.into(),
            value: value.to_string(),
            remedy: remedy.to_string(),
        }
    }

    /// The setting that is wrong, as it was given: a builder method or a variable.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The value that it had.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What is wrong with the value and what would be right.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problems[..] {
            [only] => write!(f, "the worker's configuration has a problem: {only}"),
            problems => {
                write!(
                    f,
                    "the worker's configuration has {} problems:",
                    problems.len()
                )?;
                problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n  - {problem}"))
            }
        }
    }
}

impl Error for BuildError {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.value.is_empty() {
            write!(f, "{}: {}", self.key, self.remedy)
        } else {
            write!(f, "{} = {:?}: {}", self.key, self.value, self.remedy)
        }
    }
}
