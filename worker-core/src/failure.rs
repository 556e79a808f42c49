//! What the state machine is told when a task fails: an error name and a cause.
//!
//! The name is what `Retry` and `Catch` match, so it is an interface. It is never taken from a
//! Rust type name. The names that this crate makes itself are listed in [`names`].

mod activity_error;
mod cause;
mod delegation;
mod details;
mod into_failure;
mod name;
pub mod names;
mod notes;
mod or_fail;

pub use self::activity_error::ActivityError;
pub use self::delegation::{Part, assert_unshared, distinct, merged};
pub use self::details::{Detail, Details};
pub use self::into_failure::IntoFailure;
pub use self::name::{ErrorName, ErrorNameError};
pub(crate) use self::notes::Notes;
pub use self::or_fail::OrFail;

use std::error::Error;
use std::fmt;

use self::details::Encoded;

/// The service's limit for a cause, in bytes to be safe.
const CAUSE_LIMIT: usize = 32_768;
/// No source chain is followed further than this; one that loops would never end.
const CHAIN_LIMIT: usize = 32;

/// A failed task: the error name that `Retry` and `Catch` match, and a cause for people.
///
/// A `Failure` is always sendable: name and cause are cut to the service's limits, 256 and
/// 32,768 bytes, on a character boundary.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{Details, Failure};
///
/// let failure = Failure::named("CardDeclined", "do not honour")?
///     .with_details(Details::new().with("code", &51))
///     .benign();
/// assert_eq!(failure.error(), "CardDeclined");
/// assert_eq!(failure.cause(), "do not honour");
/// assert_eq!(failure.details().unwrap()["code"], 51);
/// assert!(failure.is_benign());
///
/// assert!(Failure::named("States.TaskFailed", "").is_err());
/// # Ok::<(), sfn_worker_core::ErrorNameError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    error: ErrorName,
    /// The error's own message, then that of each source.
    chain: Vec<String>,
    /// Boxed, because most failures have none and every result is as large as a failure.
    notes: Option<Box<Notes>>,
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
        Self::of_chain(error, vec![cut(cause.into(), CAUSE_LIMIT)])
    }

    /// Says that the handler is not permitted to do what it was asked: `States.Permissions`.
    pub fn permissions(cause: impl Into<String>) -> Self {
        Self::reserved(names::PERMISSIONS, cause)
    }

    /// Makes a failure of an error and its sources, under the given name.
    pub fn from_error(error: ErrorName, source: &(dyn Error + 'static)) -> Self {
        let texts = chain(source).flat_map(|error| match error.downcast_ref::<Self>() {
            // Its own text is its name, which is not the one that is sent.
            Some(failure) => failure.chain.clone(),
            None => vec![cut(error.to_string(), CAUSE_LIMIT)],
        });
        Self::of_chain(error, texts.take(CHAIN_LIMIT).collect())
    }

    /// Adds what the state machine can read besides the name, as JSON: anything serializable,
    /// or [`Details`] made of several values. What was there before is replaced.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<Details>) -> Self {
        self.notes().details = Some(details.into().into_encoded());
        self
    }

    /// Says that the failure is an ordinary result and no trouble: the state machine is told
    /// all the same, and the worker logs it at the level of debugging only.
    #[must_use]
    pub fn benign(mut self) -> Self {
        self.notes().benign = true;
        self
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

    /// What the state machine can read besides the name; none if nothing was given, or if it
    /// could not be encoded.
    #[must_use]
    pub fn details(&self) -> Option<&serde_json::Value> {
        self.all_details().and_then(Encoded::value)
    }

    /// Whether it is an ordinary result and no trouble.
    #[must_use]
    pub fn is_benign(&self) -> bool {
        self.notes.as_ref().is_some_and(|notes| notes.benign)
    }

    /// Where the handler panicked, if it did and that is known: `file:line:column`.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.notes.as_ref()?.location.as_deref()
    }

    pub(crate) fn reserved(name: &'static str, cause: impl Into<String>) -> Self {
        Self::new(ErrorName::from_static(name), cause)
    }

    /// The failure of a handler that panicked.
    pub(crate) fn panicked(text: &str, location: Option<&str>) -> Self {
        let cause = match location {
            Some(location) => format!("the handler panicked at {location}: {text}"),
            None => format!("the handler panicked: {text}"),
        };
        let mut failure = Self::reserved(names::HANDLER_PANICKED, cause);
        if let Some(location) = location {
            failure.notes().location = Some(location.to_owned());
        }
        failure.within_limits()
    }

    /// Makes the failure again that was taken apart into its name, its
    /// [`texts`](Self::texts) and its [`notes`](Self::noted); none if the name is not one.
    pub(crate) fn restored(
        error: String,
        texts: Vec<String>,
        notes: Option<Notes>,
    ) -> Option<Self> {
        let mut failure = Self::of_chain(ErrorName::restored(error)?, texts);
        failure.notes = notes.map(Box::new);
        Some(failure.within_limits())
    }

    /// The error's own message, then that of each source.
    pub(crate) fn texts(&self) -> &[String] {
        &self.chain
    }

    /// What it carries besides.
    pub(crate) fn noted(&self) -> Option<&Notes> {
        self.notes.as_deref()
    }

    /// The same failure under a name outside the reserved prefix, where there is one:
    /// `States.Timeout` becomes `Worker.Timeout`.
    pub(crate) fn without_reserved_name(&self) -> Self {
        Self {
            error: self.error.without_reserved_prefix(),
            ..self.clone()
        }
    }

    fn of_chain(error: ErrorName, chain: Vec<String>) -> Self {
        Self {
            error,
            chain,
            notes: None,
        }
    }

    /// Its own texts under the name of another failure, and with what that carries.
    fn with_everything_but_texts_of(self, other: &Self) -> Self {
        Self {
            chain: self.chain,
            ..other.clone()
        }
    }

    fn all_details(&self) -> Option<&Encoded> {
        self.notes.as_ref()?.details.as_ref()
    }

    fn notes(&mut self) -> &mut Notes {
        self.notes.get_or_insert_default()
    }

    fn within_limits(mut self) -> Self {
        self.chain.truncate(CHAIN_LIMIT);
        for text in &mut self.chain {
            *text = cut(std::mem::take(text), CAUSE_LIMIT);
        }
        self.notes = self.notes.map(|notes| Box::new(notes.within_limits()));
        self
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

/// An error and its sources.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source()).take(CHAIN_LIMIT)
}

/// Cuts a text to a number of bytes, on a character boundary.
fn cut(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        text.truncate(text.floor_char_boundary(limit));
    }
    text
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
    fn a_reserved_name_has_a_twin_outside_the_prefix() {
        let failure = Failure::permissions("no").with_details("why");
        let twin = failure.without_reserved_name();
        assert_eq!(twin.error(), "Worker.Permissions");
        assert_eq!(twin.details(), failure.details());
        assert_eq!(chained().without_reserved_name().error(), "Broken");
    }

    #[test]
    fn a_failure_taken_apart_and_restored_is_the_same() {
        let failure = chained()
            .with_details(Details::new().with("a", &1))
            .benign();
        let restored = Failure::restored(
            failure.error().to_owned(),
            failure.texts().to_vec(),
            failure.noted().cloned(),
        );
        assert_eq!(restored, Some(failure));
        assert_eq!(Failure::restored(String::new(), Vec::new(), None), None);
    }

    #[test]
    fn p8_what_is_restored_is_cut_to_the_limits() {
        let texts = vec!["x".repeat(2 * CAUSE_LIMIT); 2 * CHAIN_LIMIT];
        let failure = Failure::restored("A".to_owned(), texts, None).unwrap();
        assert_eq!(failure.chain.len(), CHAIN_LIMIT);
        assert!(failure.chain.iter().all(|text| text.len() == CAUSE_LIMIT));
    }

    #[test]
    fn p10_a_failure_does_not_show_its_cause() {
        let failure = Failure::named("Declined", "card 4111").unwrap();
        let failure = failure.with_details("card 4111");
        assert!(!format!("{failure:?}").contains("4111"));
    }

    #[test]
    fn a_result_stays_small() {
        assert!(size_of::<Failure>() <= 64);
    }
}
