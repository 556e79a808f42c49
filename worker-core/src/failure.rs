//! What the state machine is told when a task fails: an error name and a cause.
//!
//! The name is what `Retry` and `Catch` match, so it is an interface. It is never taken from a
//! Rust type name. The names that this crate makes itself are listed in [`names`].

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use serde_json::json;

use crate::name::{ActivityName, WorkerName};

/// The error names that the worker makes itself. Names of your own come from
/// `#[derive(ActivityError)]` or [`Failure::named`].
///
/// Those that begin with `States.` are the language's predefined codes, sent with exactly the
/// meaning that the Amazon States Language gives them.
pub mod names {
    /// The handler returned an error that has no name of its own.
    pub const TASK_FAILED: &str = "States.TaskFailed";
    /// The handler ran past its own time limit.
    pub const TIMEOUT: &str = "States.Timeout";
    /// The handler said that it is not permitted.
    pub const PERMISSIONS: &str = "States.Permissions";
    /// The output is larger than [`Payload::LIMIT`](crate::Payload::LIMIT).
    pub const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
    /// The input is not the JSON of the handler's input type.
    pub const INPUT_INVALID: &str = "Worker.InputInvalid";
    /// The envelope of the task does not tell what the handler cannot do without.
    pub const ENVELOPE_MISSING: &str = "Worker.EnvelopeMissing";
    /// The output could not be encoded as JSON, or the service refused it.
    pub const OUTPUT_INVALID: &str = "Worker.OutputInvalid";
    /// The handler panicked.
    pub const HANDLER_PANICKED: &str = "Worker.HandlerPanicked";
    /// The handler showed no sign of life for longer than its `stall_after`.
    pub const STALLED: &str = "Worker.Stalled";
    /// The worker is going away before the task is done; meant to be retried.
    pub const SHUTTING_DOWN: &str = "Worker.ShuttingDown";
    /// No heartbeat got through for as long as the service waits for one: it has timed the task
    /// out already, or will.
    pub const HEARTBEAT_LOST: &str = "Worker.HeartbeatLost";
    /// The handler detached its task, and what was to complete it was dropped.
    pub const COMPLETION_DROPPED: &str = "Worker.CompletionDropped";
    /// A payload that lies in a store could not be fetched, or the output could not be stored;
    /// meant to be retried.
    pub const PAYLOAD_UNAVAILABLE: &str = "Worker.PayloadUnavailable";
    /// A payload that was fetched from a store is not what its pointer says.
    pub const PAYLOAD_CORRUPT: &str = "Worker.PayloadCorrupt";
}

/// The service's limit for an error name, in bytes to be safe.
const ERROR_LIMIT: usize = 256;
/// The service's limit for a cause, in bytes to be safe.
const CAUSE_LIMIT: usize = 32_768;
/// No source chain is followed further than this; one that loops would never end.
const CHAIN_LIMIT: usize = 32;
const RESERVED_PREFIX: &str = "States.";

/// The name of an error as `Retry` and `Catch` match it: 1 to 256 bytes, case-sensitive.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ErrorName(Cow<'static, str>);

/// A failed task: the error name that `Retry` and `Catch` match, and a cause for people.
///
/// A `Failure` is always sendable: name and cause are cut to the service's limits, 256 and
/// 32,768 bytes, on a character boundary.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::Failure;
///
/// let failure = Failure::named("CardDeclined", "do not honour")?;
/// assert_eq!(failure.error(), "CardDeclined");
/// assert_eq!(failure.cause(), "do not honour");
/// assert!(Failure::named("States.TaskFailed", "").is_err());
/// # Ok::<(), sfn_worker_core::ErrorNameError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    error: ErrorName,
    /// The error's own message, then that of each source.
    chain: Vec<String>,
}

/// An error whose every case has a name that a state machine can match.
///
/// Derived with `#[derive(ActivityError)]`: the name is the variant's own, or the one that
/// `#[activity_error(name = "…")]` gives it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name its errors for the state machine",
    label = "this error type does not implement `ActivityError`",
    note = "add `#[derive(ActivityError)]` to it, next to `Debug` and an `Error` implementation"
)]
pub trait ActivityError: Error {
    /// Every name that [`error_name`](Self::error_name) can return.
    const NAMES: &'static [&'static str];

    /// The name of this error.
    fn error_name(&self) -> ErrorName;
}

/// What a handler's error may be: an [`ActivityError`], a [`Failure`], an `anyhow::Error`, or
/// a boxed error.
///
/// The last two have no name and are sent as `States.TaskFailed`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of an activity",
    label = "the state machine would not know a name for this error",
    note = "add `#[derive(ActivityError)]` to the error type, or return `anyhow::Error`, \
            `Box<dyn Error + Send + Sync>` or `Failure`"
)]
pub trait IntoFailure {
    /// Turns the error into the pair that the service records.
    fn into_failure(self) -> Failure;
}

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
        assert!(
            name.len() <= ERROR_LIMIT,
            "an error name has at most 256 bytes"
        );
        assert!(
            !const_starts_with(name, RESERVED_PREFIX)
                || const_equals(name, names::TASK_FAILED)
                || const_equals(name, names::TIMEOUT)
                || const_equals(name, names::PERMISSIONS)
                || const_equals(name, names::DATA_LIMIT_EXCEEDED),
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
}

impl TryFrom<String> for ErrorName {
    type Error = ErrorNameError;

    fn try_from(name: String) -> Result<Self, ErrorNameError> {
        let why = if name.is_empty() {
            "is empty: nothing but States.ALL would match it"
        } else if name.len() > ERROR_LIMIT {
            "has more than 256 bytes"
        } else if name.starts_with(RESERVED_PREFIX) {
            "begins with `States.`: the prefix is reserved by the states language"
        } else {
            return Ok(Self(Cow::Owned(name)));
        };
        Err(ErrorNameError {
            name: cut(name, ERROR_LIMIT),
            why,
        })
    }
}

impl Failure {
    /// Makes a failure with a name of your own.
    ///
    /// # Errors
    ///
    /// The name is empty, longer than 256 bytes, or begins with `States.`.
    pub fn named(
        error: impl Into<String>,
        cause: impl Into<String>,
    ) -> Result<Self, ErrorNameError> {
        Ok(Self::new(ErrorName::try_from(error.into())?, cause))
    }

    /// Makes a failure with a name that is already valid.
    pub fn new(error: ErrorName, cause: impl Into<String>) -> Self {
        Self {
            error,
            chain: vec![cut(cause.into(), CAUSE_LIMIT)],
        }
    }

    /// Says that the handler is not permitted to do what it was asked: `States.Permissions`.
    pub fn permissions(cause: impl Into<String>) -> Self {
        Self::reserved(names::PERMISSIONS, cause)
    }

    /// Makes a failure of an error and its sources, under the given name.
    pub fn from_error(error: ErrorName, source: &(dyn Error + 'static)) -> Self {
        let chain = std::iter::successors(Some(source), |&error| error.source())
            .take(CHAIN_LIMIT)
            .map(|error| cut(error.to_string(), CAUSE_LIMIT))
            .collect();
        Self { error, chain }
    }

    /// Makes the failure again that was taken apart into a name and a [`chain`](Self::chain);
    /// none if the name is not one.
    pub(crate) fn restored(error: String, chain: Vec<String>) -> Option<Self> {
        if error.is_empty() || error.len() > ERROR_LIMIT {
            return None;
        }
        let error = ErrorName(Cow::Owned(error));
        Some(Self { error, chain })
    }

    /// The error's own message, then that of each source.
    pub(crate) fn chain(&self) -> &[String] {
        &self.chain
    }

    pub(crate) fn reserved(name: &'static str, cause: impl Into<String>) -> Self {
        Self::new(ErrorName::from_static(name), cause)
    }

    /// The name that `Retry` and `Catch` match.
    #[must_use]
    pub fn error(&self) -> &str {
        self.error.as_str()
    }

    /// The name as a value.
    #[must_use]
    pub fn error_name(&self) -> &ErrorName {
        &self.error
    }

    /// The message and those of its sources, joined by `: `, at most 32,768 bytes.
    #[must_use]
    pub fn cause(&self) -> String {
        let mut text = String::new();
        let mut last = "";
        for part in &self.chain {
            // Errors that repeat their source in their own text are common.
            if part.is_empty() || last.ends_with(part.as_str()) {
                continue;
            }
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(part);
            last = part;
        }
        cut(text, CAUSE_LIMIT)
    }

    /// The cause as a JSON document `{message, chain, activity, worker}`, for
    /// `States.StringToJson` in a state machine; at most 32,768 bytes.
    #[must_use]
    pub fn cause_json(&self, activity: &ActivityName, worker: &WorkerName) -> String {
        let mut budget = CAUSE_LIMIT;
        loop {
            let parts: Vec<String> = self
                .chain
                .iter()
                .map(|part| cut(part.clone(), budget))
                .collect();
            let document = json!({
                "message": parts.first().map_or("", String::as_str),
                "chain": parts.get(1..).unwrap_or_default(),
                "activity": activity.as_str(),
                "worker": worker.as_str(),
            })
            .to_string();
            if document.len() <= CAUSE_LIMIT || budget == 0 {
                return document;
            }
            // Escapes can double a text, and a chain has several: halve until it fits.
            budget /= 2;
        }
    }

    /// The same failure under a name outside the reserved prefix, where there is one:
    /// `States.Timeout` becomes `Worker.Timeout`.
    pub(crate) fn without_reserved_name(&self) -> Self {
        let error = match self.error.as_str().strip_prefix(RESERVED_PREFIX) {
            Some(rest) => ErrorName(Cow::Owned(format!("Worker.{rest}"))),
            None => self.error.clone(),
        };
        Self {
            error,
            chain: self.chain.clone(),
        }
    }
}

impl IntoFailure for Failure {
    fn into_failure(self) -> Failure {
        self
    }
}

impl<E: ActivityError + 'static> IntoFailure for E {
    fn into_failure(self) -> Failure {
        Failure::from_error(self.error_name(), &self)
    }
}

impl IntoFailure for Box<dyn Error + Send + Sync> {
    /// A failure that a layer has boxed keeps its name.
    fn into_failure(self) -> Failure {
        match self.downcast::<Failure>() {
            Ok(failure) => *failure,
            Err(error) => Failure::from_error(ErrorName::from_static(names::TASK_FAILED), &*error),
        }
    }
}

impl IntoFailure for Box<dyn Error + Send> {
    fn into_failure(self) -> Failure {
        Failure::from_error(ErrorName::from_static(names::TASK_FAILED), &*self)
    }
}

#[cfg(feature = "anyhow")]
impl IntoFailure for anyhow::Error {
    fn into_failure(self) -> Failure {
        Failure::from_error(ErrorName::from_static(names::TASK_FAILED), &*self)
    }
}

impl IntoFailure for std::convert::Infallible {
    fn into_failure(self) -> Failure {
        match self {}
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

impl Error for Failure {}

impl fmt::Display for Failure {
    /// Shows the name only: a cause can quote the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the task failed as {}", self.error)
    }
}

impl fmt::Debug for Failure {
    /// Shows the name only: a cause can quote the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// Cuts a text to a number of bytes, on a character boundary.
fn cut(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        text.truncate(text.floor_char_boundary(limit));
    }
    text
}

const fn const_starts_with(text: &str, prefix: &str) -> bool {
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

const fn const_equals(left: &str, right: &str) -> bool {
    left.len() == right.len() && const_starts_with(left, right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::io::Error);

    fn chained() -> Failure {
        let error = Outer(std::io::Error::other("disk on fire"));
        Failure::from_error(ErrorName::from_static("Broken"), &error)
    }

    #[test]
    fn a_cause_carries_the_chain_of_sources() {
        assert_eq!(chained().cause(), "outer: disk on fire");
    }

    #[test]
    fn a_text_is_cut_on_a_character_boundary() {
        let failure = Failure::named("Wide", "ü".repeat(20_000)).unwrap();
        assert_eq!(failure.cause().len(), CAUSE_LIMIT);
        let odd = Failure::named("Wide", format!("x{}", "ü".repeat(20_000))).unwrap();
        assert_eq!(odd.cause().len(), CAUSE_LIMIT - 1);
    }

    #[test]
    fn a_json_cause_is_a_document_within_the_limit_whatever_needs_escaping() {
        let activity = "a".parse().unwrap();
        let worker = "w".parse().unwrap();
        let document: serde_json::Value =
            serde_json::from_str(&chained().cause_json(&activity, &worker)).unwrap();
        assert_eq!(document["message"], "outer");
        assert_eq!(document["chain"][0], "disk on fire");
        let quotes = Failure::named("Q", "\"".repeat(CAUSE_LIMIT)).unwrap();
        let text = quotes.cause_json(&activity, &worker);
        assert!(text.len() <= CAUSE_LIMIT);
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }

    #[test]
    fn a_reserved_prefix_is_refused_and_said_so() {
        let error = Failure::named("States.Mine", "").unwrap_err();
        assert!(error.to_string().contains("reserved"), "{error}");
        assert!(Failure::named("", "").is_err());
        assert!(Failure::named("x".repeat(257), "").is_err());
    }

    #[test]
    fn a_reserved_name_has_a_twin_outside_the_prefix() {
        let failure = Failure::permissions("no");
        assert_eq!(
            failure.without_reserved_name().error(),
            "Worker.Permissions"
        );
        assert_eq!(chained().without_reserved_name().error(), "Broken");
    }

    #[test]
    fn p10_a_failure_does_not_show_its_cause() {
        let failure = Failure::named("Declined", "card 4111").unwrap();
        assert!(!format!("{failure:?}").contains("4111"));
    }
}
