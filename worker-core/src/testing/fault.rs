//! What can befall a call: `Fault`, and what the worker gets to see of it.

use std::fmt;
use std::time::Duration;

use super::operation::Operation;
use crate::service::{Disposition, ServiceError};

/// How long the AWS adapter waits for the answer to a report or a heartbeat.
const CALL_LIMIT: Duration = Duration::from_secs(10);
/// How long it waits for the answer to a poll.
const POLL_LIMIT: Duration = Duration::from_secs(75);

/// What can befall a call; the error is the one that the AWS adapter makes of it.
///
/// A fault that has no meaning for an operation, such as [`Empty`](Self::Empty) for a
/// heartbeat, leaves its calls alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `ThrottlingException`: the account's rate is exceeded.
    Throttled,
    /// `ActivityWorkerLimitExceeded`: the activity has as many open polls as it may have. Befalls
    /// polls.
    TooManyPolls,
    /// HTTP 503: the request was not carried out, which the worker cannot know.
    ServerError,
    /// The connection is cut before the request is taken, which the worker cannot know.
    CutBefore,
    /// The request is carried out and its answer lost with the connection. A poll loses its
    /// task.
    AnswerLost,
    /// The request vanishes; the client gives up after 10 seconds, or 75 for a poll.
    Unanswered,
    /// The request arrives only after this time, or never where the client's patience of
    /// [`Unanswered`](Self::Unanswered) ends before.
    Delayed(Duration),
    /// The task is closed, as its time-out would close it, and the call is answered that it is
    /// gone. Befalls heartbeats and reports.
    ExpiredToken,
    /// `ExpiredTokenException`: the credentials must be loaded again.
    ExpiredCredentials,
    /// `AccessDeniedException`: an operator must mend it.
    Denied,
    /// `ActivityDoesNotExist`: it is not created yet. Befalls polls.
    ActivityMissing,
    /// The name of the endpoint does not resolve; nothing was sent.
    DnsFailure,
    /// Nobody listens at the endpoint; nothing was sent.
    Unreachable,
    /// The service will never accept this request, and says so with this code, such as
    /// `InvalidOutput`.
    Refused(&'static str),
    /// HTTP 413 without a code: the request is above the limit of the service's front end.
    TooLarge,
    /// The poll is answered at once without a task. Befalls polls.
    Empty,
    /// The poll is held for its 60 seconds and answered without a task, and a task that the
    /// service gives to it is lost until its time-out, as with a poll that a client abandoned.
    /// Befalls polls.
    Swallowed,
}

impl Fault {
    /// Whether the fault has a meaning for an operation.
    #[must_use]
    pub fn befalls(self, operation: Operation) -> bool {
        match self {
            Self::TooManyPolls | Self::ActivityMissing | Self::Empty | Self::Swallowed => {
                operation == Operation::Poll
            }
            Self::ExpiredToken => operation.has_token(),
            _ => true,
        }
    }

    /// How long the client waits for an answer that never comes.
    pub(super) fn patience(operation: Operation) -> Duration {
        if operation == Operation::Poll {
            POLL_LIMIT
        } else {
            CALL_LIMIT
        }
    }

    /// What the worker gets to see of a call that the fault has let fail.
    pub(super) fn error(self) -> ServiceError {
        let transient = |message| ServiceError::new(Disposition::Transient, message);
        let throttled = |message| ServiceError::new(Disposition::Throttled, message);
        let denied = |message| ServiceError::new(Disposition::Denied, message);
        match self {
            Self::Throttled => throttled("Rate exceeded").with_code("ThrottlingException"),
            Self::TooManyPolls => throttled("too many open polls")
                .with_code("ActivityWorkerLimitExceeded")
                .with_too_many_polls(),
            Self::ServerError => transient("HTTP status 503")
                .with_code("ServiceUnavailable")
                .with_unknown_outcome(),
            Self::CutBefore | Self::AnswerLost => connection_cut(),
            Self::ExpiredToken => gone("TaskTimedOut"),
            Self::ExpiredCredentials => transient("the security token in the request is expired")
                .with_code("ExpiredTokenException"),
            Self::Denied => denied("not authorized").with_code("AccessDeniedException"),
            Self::ActivityMissing => denied("the activity does not exist")
                .with_code("ActivityDoesNotExist")
                .with_activity_missing(),
            Self::DnsFailure => transient("the service was not reached: no such host"),
            Self::Unreachable => transient("the service was not reached: connection refused"),
            Self::Refused(code) => {
                ServiceError::new(Disposition::Refused, "the request is not valid").with_code(code)
            }
            Self::TooLarge => ServiceError::new(Disposition::Refused, "HTTP status 413"),
            // Only a delay beyond the client's patience lets a call fail.
            Self::Unanswered | Self::Delayed(_) | Self::Empty | Self::Swallowed => {
                transient("the service did not answer in time").with_unknown_outcome()
            }
        }
    }
}

/// The error of every connection that is cut.
pub(super) fn connection_cut() -> ServiceError {
    ServiceError::new(Disposition::Transient, "the connection was cut").with_unknown_outcome()
}

/// The answer for a task that is closed or was never one.
pub(super) fn gone(code: &str) -> ServiceError {
    ServiceError::new(Disposition::Gone, "the task is closed").with_code(code)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Throttled => "throttled",
            Self::TooManyPolls => "too many polls",
            Self::ServerError => "HTTP 503",
            Self::CutBefore => "cut before the request was taken",
            Self::AnswerLost => "answer lost",
            Self::Unanswered => "no answer at all",
            Self::Delayed(by) => return write!(f, "delayed by {by:?}"),
            Self::ExpiredToken => "task closed by the service",
            Self::ExpiredCredentials => "credentials expired",
            Self::Denied => "access denied",
            Self::ActivityMissing => "activity missing",
            Self::DnsFailure => "no such host",
            Self::Unreachable => "nobody listens",
            Self::Refused(code) => return write!(f, "refused with {code}"),
            Self::TooLarge => "HTTP 413",
            Self::Empty => "empty at once",
            Self::Swallowed => "poll swallowed",
        };
        f.write_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_that_left_have_an_unknown_outcome() {
        let unknown = |fault: Fault| fault.error().is_outcome_unknown();
        for fault in [
            Fault::ServerError,
            Fault::CutBefore,
            Fault::AnswerLost,
            Fault::Unanswered,
        ] {
            assert!(unknown(fault), "{fault}");
        }
        for fault in [Fault::Throttled, Fault::DnsFailure, Fault::Unreachable] {
            assert!(!unknown(fault), "{fault}");
        }
    }

    #[test]
    fn what_concerns_polls_leaves_reports_alone() {
        for fault in [Fault::Empty, Fault::Swallowed, Fault::TooManyPolls] {
            assert!(fault.befalls(Operation::Poll));
            assert!(!fault.befalls(Operation::Succeed), "{fault}");
        }
        assert!(!Fault::ExpiredToken.befalls(Operation::Poll));
    }
}
