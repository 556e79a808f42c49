//! `ErrorName`: what `Retry` and `Catch` match.

use std::borrow::Cow;
use std::fmt;

use super::{cut, names};

/// The service's limit for an error name, in bytes to be safe.
const LIMIT: usize = 256;
const RESERVED_PREFIX: &str = "States.";

/// The name of an error as `Retry` and `Catch` match it: 1 to 256 bytes, case-sensitive.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ErrorName(Cow<'static, str>);

/// Why a text is not an error name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error name {name:?} {why}")]
pub struct ErrorNameError {
    name: String,
    why: &'static str,
}

impl ErrorName {
    /// Makes a name of a constant.
    ///
    /// # Panics
    ///
    /// The name is empty, longer than 256 bytes, or begins with `States.` without being one of
    /// the four predefined codes that a worker sends. In a constant that is a compile error.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        assert!(!name.is_empty(), "an error name must not be empty");
        assert!(name.len() <= LIMIT, "an error name has at most 256 bytes");
        assert!(
            !starts_with(name, RESERVED_PREFIX)
                || equals(name, names::TASK_FAILED)
                || equals(name, names::TIMEOUT)
                || equals(name, names::PERMISSIONS)
                || equals(name, names::DATA_LIMIT_EXCEEDED),
            "an error name must not begin with `States.`: the prefix is reserved by the language"
        );
        Self(Cow::Borrowed(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is one of the language's predefined codes.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with(RESERVED_PREFIX)
    }

    /// The name again that was written down as text; none if it is not one.
    pub(super) fn restored(name: String) -> Option<Self> {
        (!name.is_empty() && name.len() <= LIMIT).then_some(Self(Cow::Owned(name)))
    }

    /// The name outside the reserved prefix: `States.Timeout` becomes `Worker.Timeout`.
    pub(super) fn without_reserved_prefix(&self) -> Self {
        match self.0.strip_prefix(RESERVED_PREFIX) {
            Some(rest) => Self(Cow::Owned(format!("Worker.{rest}"))),
            None => self.clone(),
        }
    }
}

impl TryFrom<String> for ErrorName {
    type Error = ErrorNameError;

    fn try_from(name: String) -> Result<Self, ErrorNameError> {
        let why = if name.is_empty() {
            "is empty: nothing but States.ALL would match it"
        } else if name.len() > LIMIT {
            "has more than 256 bytes"
        } else if name.starts_with(RESERVED_PREFIX) {
            "begins with `States.`: the prefix is reserved by the states language"
        } else {
            return Ok(Self(Cow::Owned(name)));
        };
        Err(ErrorNameError {
            name: cut(name, LIMIT),
            why,
        })
    }
}

impl fmt::Display for ErrorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ErrorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Whether two texts are the same, in a constant.
pub(super) const fn equals(left: &str, right: &str) -> bool {
    left.len() == right.len() && starts_with(left, right)
}

const fn starts_with(text: &str, prefix: &str) -> bool {
    let (text, prefix) = (text.as_bytes(), prefix.as_bytes());
    if text.len() < prefix.len() {
        return false;
    }
    let mut index = 0;
    while index < prefix.len() {
        if text[index] != prefix[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_none_is_refused_with_the_reason() {
        for (name, why) in [
            (String::new(), "is empty"),
            ("x".repeat(257), "more than 256 bytes"),
            ("States.Mine".to_owned(), "reserved"),
            ("States.Timeout".to_owned(), "reserved"),
        ] {
            let error = ErrorName::try_from(name).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
        assert!(ErrorName::try_from("x".repeat(256)).is_ok());
    }

    #[test]
    fn a_predefined_code_is_a_name_on_purpose_only() {
        assert!(ErrorName::from_static(names::TIMEOUT).is_reserved());
        let other = std::panic::catch_unwind(|| ErrorName::from_static("States.Mine"));
        assert!(other.is_err());
    }
}
