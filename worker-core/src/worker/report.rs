//! Delivers one outcome for one task, with repetitions.
//!
//! I3: there is one report per token: it is repeated until the service takes it or says that
//! the token is closed, and never sent again after that. I4: heartbeats go out between the
//! attempts, not beside them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::backoff::Backoff;
use super::config::Naming;
use super::guard::Guarded;
use super::heartbeat::Lease;
use super::pace::Pace;
use super::shutdown::ShutdownHandle;
use crate::failure::{ErrorName, Failure, names};
use crate::name::{ActivityName, WorkerName};
use crate::outbox::Entry;
use crate::payload::Payload;
use crate::service::{ActivityService, Disposition, ServiceError};
use crate::token::TaskToken;

/// How long an aborted worker waits for an answer, of an attempt that is under way and of the
/// last one.
const LAST_ATTEMPT: Duration = Duration::from_secs(5);

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The service took the success.
    Succeeded,
    /// The service took the failure.
    Failed,
    /// The token was closed when a report with a lost answer was repeated.
    Probably,
    /// The token was closed before the service could have taken the report.
    Gone,
    /// The service refused every form of the report.
    Refused,
    /// The worker was aborted.
    Undelivered,
}

/// A report under way.
pub(crate) struct Report<'a> {
    pub(crate) service: &'a Arc<dyn ActivityService>,
    pub(crate) token: &'a TaskToken,
    pub(crate) lease: &'a Lease,
    pub(crate) activity: &'a ActivityName,
    pub(crate) worker: &'a WorkerName,
    pub(crate) shutdown: &'a ShutdownHandle,
    pub(crate) naming: &'a Naming,
    /// A service that throttles reports is polled less.
    pub(crate) pace: &'a Pace,
    /// The outcome in the outbox, where there is one.
    pub(crate) stored: Option<Entry>,
    /// Whether the service may have taken a report of an earlier run.
    pub(crate) maybe_taken: bool,
}

/// The first and the longest delay after what may pass in a moment.
const PASSING: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(10)];
/// The same after a refusal that somebody must mend first.
const DENIED: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(60)];

/// The next delay. Most reports need none, so the back-off is made when it is needed; boxed, as
/// there is room for it in every task that is in flight.
fn next_of(backoff: &mut Option<Box<Backoff>>, [first, longest]: [Duration; 2]) -> Duration {
    backoff
        .get_or_insert_with(|| Box::new(Backoff::new(first, longest)))
        .next_delay()
}

/// What is sent; it can change when the service refuses it.
enum Message {
    Success(Payload),
    Failure { failure: Failure, with_cause: bool },
}

impl Report<'_> {
    /// Delivers the outcome. What the service has answered for leaves the outbox; what it has not
    /// stays there for the next start.
    pub(crate) async fn deliver(mut self, result: Result<Payload, Failure>) -> Delivery {
        let delivery = self.repeat(result).await;
        if delivery != Delivery::Undelivered
            && let Some(entry) = self.stored.take()
        {
            entry.remove().await;
        }
        delivery
    }

    async fn repeat(&mut self, result: Result<Payload, Failure>) -> Delivery {
        let mut message = self.naming.message(result);
        let (mut passing, mut denied) = (None, None);
        let mut warned = false;
        loop {
            // Read before the attempt: an abort during it still allows a last one.
            let last = self.shutdown.aborting().is_cancelled();
            let turn = self.lease.turn().await;
            let asked = Instant::now();
            // Nothing more is sent for a token that the service has closed.
            if self.lease.is_gone() {
                return self.gone();
            }
            if let Some(entry) = &mut self.stored {
                entry.sending().await;
            }
            let answer = self.attempt(&message).await;
            let Err(error) = answer else {
                turn.close();
                self.pace.report_taken();
                return message.delivered();
            };
            self.maybe_taken |= error.is_outcome_unknown();
            if let Some(entry) = &mut self.stored
                && !self.maybe_taken
            {
                entry.not_taken().await;
            }
            let delay = match error.disposition() {
                Disposition::Gone => {
                    turn.close();
                    return self.gone();
                }
                Disposition::Refused => {
                    tracing::warn!(%error, "the service refused the report, changing it");
                    let Some(other) = message.after_refusal(&error) else {
                        return Delivery::Refused;
                    };
                    message = other;
                    continue;
                }
                Disposition::Throttled => {
                    self.pace.report_throttled(asked);
                    next_of(&mut passing, PASSING)
                }
                Disposition::Transient => next_of(&mut passing, PASSING),
                Disposition::Denied => next_of(&mut denied, DENIED),
            };
            drop(turn);
            if last {
                tracing::error!(%error, "the report was not delivered before the worker was aborted");
                return Delivery::Undelivered;
            }
            if !warned {
                warned = true;
                tracing::warn!(%error, "the report failed, it is repeated until it is answered");
            }
            tokio::select! {
                () = sleep(delay) => {}
                () = self.lease.gone() => return self.gone(),
                () = self.shutdown.aborting().cancelled() => {}
            }
        }
    }

    /// The token is closed: by a report whose answer was lost, if there was one.
    fn gone(&self) -> Delivery {
        if self.maybe_taken {
            Delivery::Probably
        } else {
            Delivery::Gone
        }
    }

    /// Sends once. A service that panics is one that does not answer, and an aborted worker does
    /// not wait for an answer for long.
    async fn attempt(&self, message: &Message) -> Result<(), ServiceError> {
        let unknown =
            |text: String| ServiceError::new(Disposition::Transient, text).with_unknown_outcome();
        let overdue = async {
            self.shutdown.aborting().cancelled().await;
            sleep(LAST_ATTEMPT).await;
        };
        tokio::select! {
            biased;
            answer = Guarded::new(self.send(message)) => answer.unwrap_or_else(|panicked| {
                Err(unknown(format!("the service panicked: {}", panicked.text())))
            }),
            () = overdue => Err(unknown(
                "the service did not answer before the worker was aborted".to_owned(),
            )),
        }
    }

    async fn send(&self, message: &Message) -> Result<(), ServiceError> {
        match message {
            Message::Success(output) => self.service.succeed(self.token, output).await,
            Message::Failure {
                failure,
                with_cause,
            } => {
                let cause = match with_cause {
                    false => String::new(),
                    true if self.naming.cause_json => {
                        failure.cause_json(self.activity, self.worker)
                    }
                    true => failure.cause(),
                };
                self.service
                    .fail(self.token, failure.error_name(), &cause)
                    .await
            }
        }
    }
}

impl Naming {
    fn message(&self, result: Result<Payload, Failure>) -> Message {
        match result {
            Ok(output) => Message::Success(output),
            Err(failure) if self.reserved => Message::Failure {
                failure,
                with_cause: true,
            },
            Err(failure) => Message::Failure {
                failure: failure.without_reserved_name(),
                with_cause: true,
            },
        }
    }
}

impl Message {
    fn delivered(&self) -> Delivery {
        match self {
            Self::Success(_) => Delivery::Succeeded,
            Self::Failure { .. } => Delivery::Failed,
        }
    }

    /// What to send after a refusal: a named failure instead of an output, a name outside the
    /// reserved prefix, a failure without its cause, and then nothing more.
    fn after_refusal(&self, error: &ServiceError) -> Option<Self> {
        match self {
            Self::Success(_) => {
                let failure = Failure::from_error(
                    ErrorName::from_static(names::OUTPUT_INVALID),
                    &RefusedOutput(error.to_string()),
                );
                Some(Self::Failure {
                    failure,
                    with_cause: true,
                })
            }
            Self::Failure {
                failure,
                with_cause,
            } if failure.error_name().is_reserved() => {
                let failure = failure.without_reserved_name();
                Some(Self::Failure {
                    failure,
                    with_cause: *with_cause,
                })
            }
            Self::Failure {
                failure,
                with_cause: true,
            } => Some(Self::Failure {
                failure: failure.clone(),
                with_cause: false,
            }),
            Self::Failure { .. } => None,
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the service refused the output: {0}")]
struct RefusedOutput(String);
