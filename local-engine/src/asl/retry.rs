//! `Retry` and `Catch`: which errors they are for, and what they do.

use std::time::Duration;

use super::field::ResultPath;
use super::payload::Payload;

/// One entry of `Retry`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
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

/// The longest delay that the language can express; a rate can grow past it.
const LONGEST_DELAY: Duration = Duration::from_secs(99_999_999);

impl Retrier {
    /// Returns the delay before a retry, of which the first has the number 1.
    ///
    /// With [`Jitter::Full`] this is the longest it may be: the delay is drawn from zero up to
    /// it.
    #[must_use]
    pub fn delay(&self, retry: u32) -> Duration {
        let growth = self.backoff_rate.powf(f64::from(retry.saturating_sub(1)));
        let longest = self.max_delay.unwrap_or(LONGEST_DELAY);
        Duration::try_from_secs_f64(self.interval.as_secs_f64() * growth)
            .map_or(longest, |delay| delay.min(longest))
    }
}

/// `JitterStrategy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Jitter {
    /// The delay as computed.
    None,
    /// Any delay between nothing and the one computed.
    Full,
}

/// One entry of `Catch`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Catcher {
    /// `ErrorEquals`.
    pub errors: ErrorEquals,
    /// `ResultPath`: where the error output goes.
    pub result_path: ResultPath,
    /// `Assign`.
    pub assign: Option<Payload>,
    /// `Output` of a state in JSONata.
    pub output: Option<Payload>,
    /// `Next`.
    pub next: String,
    /// `Comment`.
    pub comment: Option<String>,
}

/// `ErrorEquals`: never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorEquals(Vec<ErrorMatch>);

/// One name in `ErrorEquals`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    pub(super) fn new(errors: Vec<ErrorMatch>) -> Self {
        Self(errors)
    }

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

impl From<&str> for ErrorMatch {
    fn from(name: &str) -> Self {
        match name {
            "States.ALL" => Self::All,
            "States.TaskFailed" => Self::TaskFailed,
            "States.HeartbeatTimeout" => Self::HeartbeatTimeout,
            _ => Self::Name(name.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests;
