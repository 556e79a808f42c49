//! `Retry` and `Catch`: which errors they are for, and what they do.

use std::time::Duration;

use super::field::ResultPath;

/// One entry of `Retry`.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrier {
    /// `ErrorEquals`.
    pub errors: ErrorEquals,
    /// `IntervalSeconds`: the delay before the first retry.
    pub interval: Duration,
    /// `MaxAttempts`: how many retries; none if zero.
    pub max_attempts: u32,
    /// `BackoffRate`: at least 1.
    pub backoff_rate: f64,
    /// `MaxDelaySeconds`: no delay is longer.
    pub max_delay: Option<Duration>,
    /// `JitterStrategy`.
    pub jitter: Jitter,
}

/// `JitterStrategy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jitter {
    /// The delay as computed.
    None,
    /// Any delay between nothing and the one computed.
    Full,
}

/// One entry of `Catch`.
#[derive(Debug, Clone, PartialEq)]
pub struct Catcher {
    /// `ErrorEquals`.
    pub errors: ErrorEquals,
    /// `ResultPath`: where the error output goes.
    pub result_path: ResultPath,
    /// `Next`.
    pub next: String,
    /// `Comment`.
    pub comment: Option<String>,
}

/// `ErrorEquals`: never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorEquals(pub(super) Vec<ErrorMatch>);

/// One name in `ErrorEquals`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorMatch {
    /// `States.ALL`: every error that can be handled at all.
    All,
    /// `States.TaskFailed`: every named error but a time-out.
    TaskFailed,
    /// `States.HeartbeatTimeout`: a time-out for want of heartbeats.
    HeartbeatTimeout,
    /// Any other name, `States.Timeout` among them: just that error.
    Name(String),
}

impl ErrorEquals {
    /// Returns whether one of the names stands for this error.
    ///
    /// `error` is `None` if a worker failed its task without a name; `heartbeat` says whether
    /// a `States.Timeout` came from the heartbeat clock.
    #[must_use]
    pub fn matches(&self, error: Option<&str>, heartbeat: bool) -> bool {
        self.0.iter().any(|one| one.matches(error, heartbeat))
    }

    /// Returns the names.
    #[must_use]
    pub fn names(&self) -> &[ErrorMatch] {
        &self.0
    }
}

impl ErrorMatch {
    /// Returns whether this name stands for the error; see [`ErrorEquals::matches`].
    #[must_use]
    pub fn matches(&self, error: Option<&str>, heartbeat: bool) -> bool {
        // Nothing handles `States.Runtime`: it always ends the execution.
        if error == Some("States.Runtime") {
            return false;
        }
        match self {
            Self::All => true,
            Self::TaskFailed => error.is_some_and(|error| error != "States.Timeout"),
            Self::HeartbeatTimeout => error == Some("States.Timeout") && heartbeat,
            Self::Name(name) => error == Some(name.as_str()),
        }
    }
}
