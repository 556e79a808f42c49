//! What an activity says about itself, beyond name and options: `Description`.

use std::any::{TypeId, type_name};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

/// What an activity says about itself, beyond its name and its options.
///
/// `#[activity]` fills it from the function: its documentation, its arguments and its error.
/// It is read before the worker starts, and it is what the contract is made of.
#[derive(Debug, Clone, Default)]
pub struct Description {
    text: Option<Cow<'static, str>>,
    location: Option<Location>,
    errors: Vec<ErrorInfo>,
    has_other_errors: bool,
    states: Vec<StateType>,
    envelope: BTreeSet<&'static str>,
    input: Option<serde_json::Value>,
    output: Option<serde_json::Value>,
}

/// One error name that an activity can fail with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ErrorInfo {
    /// The name that `Retry` and `Catch` match.
    pub name: &'static str,
    /// What it means, from the documentation of the variant.
    pub description: Option<&'static str>,
    /// Whether it is an ordinary result and no trouble of the worker.
    pub benign: bool,
    /// What a `Retry` should do about it; none if nothing was said.
    pub retry: Option<RetryHint>,
    /// The keys of its details in the document of the cause.
    pub details: &'static [&'static str],
}

/// What a `Retry` should do about an error, in the units of the states language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum RetryHint {
    /// Trying again cannot help.
    Never,
    /// Trying again may help.
    Retry {
        /// Seconds before the first retry: `IntervalSeconds`.
        interval_seconds: u32,
        /// How many retries: `MaxAttempts`.
        max_attempts: u32,
        /// A hundred times the `BackoffRate`: 200 doubles the wait each time.
        backoff_percent: u32,
        /// No wait is longer than so many seconds: `MaxDelaySeconds`.
        max_delay_seconds: Option<u32>,
        /// Whether waits are random, up to what they would be: `JitterStrategy` is `FULL`.
        jitter: bool,
    },
}

/// Where in the source an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
}

/// A type that handlers take as `State`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StateType {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
}

impl ErrorInfo {
    /// A name of which nothing else is known.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            description: None,
            benign: false,
            retry: None,
            details: &[],
        }
    }

    /// What it means.
    #[must_use]
    pub const fn with_description(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }

    /// An ordinary result and no trouble of the worker.
    #[must_use]
    pub const fn benign(mut self) -> Self {
        self.benign = true;
        self
    }

    /// What a `Retry` should do about it.
    #[must_use]
    pub const fn with_retry(mut self, retry: RetryHint) -> Self {
        self.retry = Some(retry);
        self
    }

    /// The keys of its details.
    #[must_use]
    pub const fn with_details(mut self, keys: &'static [&'static str]) -> Self {
        self.details = keys;
        self
    }
}

impl RetryHint {
    /// What the states language does where a `Retry` says nothing else: three retries, after
    /// one second, two, and four.
    pub const DEFAULT: Self = Self::Retry {
        interval_seconds: 1,
        max_attempts: 3,
        backoff_percent: 200,
        max_delay_seconds: None,
        jitter: false,
    };
}

impl Location {
    /// A place in a file.
    #[must_use]
    pub const fn new(file: &'static str, line: u32) -> Self {
        Self { file, line }
    }
}

impl Description {
    /// What the activity does, in words.
    pub fn set_text(&mut self, text: impl Into<Cow<'static, str>>) {
        self.text = Some(text.into());
    }

    /// Where the activity stands.
    pub fn set_location(&mut self, location: Location) {
        self.location = Some(location);
    }

    /// The activity can fail under this name.
    pub fn add_error(&mut self, error: ErrorInfo) {
        self.errors.push(error);
    }

    /// The activity can fail under names that are not known before it does.
    pub fn add_other_errors(&mut self) {
        self.has_other_errors = true;
    }

    /// A handler takes a `State<T>`: the worker must be given one.
    pub fn add_state<T: ?Sized + 'static>(&mut self) {
        self.states.push(StateType {
            id: TypeId::of::<T>(),
            name: type_name::<T>(),
        });
    }

    /// A handler cannot do without this field of the envelope.
    pub fn add_envelope_field(&mut self, field: &'static str) {
        self.envelope.insert(field);
    }

    /// The JSON Schema of the input.
    pub fn set_input(&mut self, schema: serde_json::Value) {
        self.input = Some(schema);
    }

    /// The JSON Schema of the output.
    pub fn set_output(&mut self, schema: serde_json::Value) {
        self.output = Some(schema);
    }

    /// What the activity does, in words.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Where the activity stands, if it says so.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        self.location
    }

    /// The names that it can fail under, apart from those of the worker itself.
    #[must_use]
    pub fn errors(&self) -> &[ErrorInfo] {
        &self.errors
    }

    /// Whether it can fail under names that are not among [`errors`](Self::errors).
    #[must_use]
    pub fn has_other_errors(&self) -> bool {
        self.has_other_errors
    }

    /// The fields of the envelope that it cannot do without.
    pub fn envelope_fields(&self) -> impl Iterator<Item = &'static str> {
        self.envelope.iter().copied()
    }

    /// The JSON Schema of the input, if it is known.
    #[must_use]
    pub fn input(&self) -> Option<&serde_json::Value> {
        self.input.as_ref()
    }

    /// The JSON Schema of the output, if it is known.
    #[must_use]
    pub fn output(&self) -> Option<&serde_json::Value> {
        self.output.as_ref()
    }

    pub(crate) fn states(&self) -> &[StateType] {
        &self.states
    }
}

impl fmt::Display for Location {
    /// `src/orders.rs:12`, which terminals and editors make a link of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
