//! The task token: an opaque bearer secret, redacted wherever it is shown.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The capability to report on one task.
///
/// Whoever holds the token may finish the task, from anywhere, so it is a secret: `Debug` and
/// `Display` print a short fingerprint that is good for matching log lines and nothing else.
/// The secret itself is read with [`expose`](Self::expose).
///
/// # Examples
///
/// ```
/// use sfn_worker_core::TaskToken;
///
/// let token = TaskToken::new("AAAAKgAAAAIAAAAA");
/// assert!(!format!("{token:?} {token}").contains("AAAAKg"));
/// assert_eq!(token.expose(), "AAAAKgAAAAIAAAAA");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TaskToken(Arc<str>);

impl TaskToken {
    /// Wraps a token as the service sent it.
    pub fn new(token: impl Into<Arc<str>>) -> Self {
        Self(token.into())
    }

    /// The secret itself, for the call that reports on the task.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // 32 bits cannot be turned back into a token of hundreds of characters.
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        write!(f, "token#{:08x}", hasher.finish() & 0xffff_ffff)
    }
}

impl fmt::Debug for TaskToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p10_a_token_never_appears_whole() {
        let secret = "AQCEAAAAKgAAAAMAAAAA".repeat(20);
        let token = TaskToken::new(secret.as_str());
        for shown in [
            format!("{token}"),
            format!("{token:?}"),
            format!("{token:#?}"),
        ] {
            assert!(shown.len() < 20, "{shown}");
            assert!(!secret.contains(&shown));
        }
    }

    #[test]
    fn two_tokens_have_two_fingerprints() {
        assert_ne!(
            TaskToken::new("a").to_string(),
            TaskToken::new("b").to_string()
        );
        assert_eq!(
            TaskToken::new("a").to_string(),
            TaskToken::new("a").to_string()
        );
    }
}
