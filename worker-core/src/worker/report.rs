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
use super::heartbeat::Lease;
use super::pace::Pace;
use super::shutdown::ShutdownHandle;
use crate::context::ActivityContext;
use crate::failure::{ErrorName, Failure, names};
use crate::payload::Payload;
use crate::service::{ActivityService, Disposition, ServiceError};
use crate::token::TaskToken;

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
    /// The service refused every form of the report, or the worker was aborted.
    Undelivered,
}

/// A report under way.
pub(crate) struct Report<'a> {
    pub(crate) service: &'a Arc<dyn ActivityService>,
    pub(crate) token: &'a TaskToken,
    pub(crate) lease: &'a Lease,
    pub(crate) context: &'a ActivityContext,
    pub(crate) shutdown: &'a ShutdownHandle,
    pub(crate) naming: &'a Naming,
    /// A service that throttles reports is polled less.
    pub(crate) pace: &'a Pace,
}

/// What is sent; it can change when the service refuses it.
enum Message {
    Success(Payload),
    Failure { failure: Failure, with_cause: bool },
}

impl Report<'_> {
    pub(crate) async fn deliver(self, result: Result<Payload, Failure>) -> Delivery {
        let mut message = self.naming.message(result);
        let mut passing = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        let mut denied = Backoff::new(Duration::from_secs(5), Duration::from_secs(60));
        let mut maybe_taken = false;
        let mut warned = false;
        loop {
            // Read before the attempt: an abort during it still allows a last one.
            let last = self.shutdown.aborting().is_cancelled();
            let asked = Instant::now();
            let turn = self.lease.turn().await;
            // Nothing more is sent for a token that the service has closed.
            if self.lease.is_gone() {
                return gone(maybe_taken);
            }
            let answer = self.send(&message).await;
            drop(turn);
            let Err(error) = answer else {
                return message.delivered();
            };
            maybe_taken |= error.is_outcome_unknown();
            let delay = match error.disposition() {
                Disposition::Gone => return gone(maybe_taken),
                Disposition::Refused => {
                    tracing::warn!(%error, "the service refused the report, changing it");
                    let Some(other) = message.after_refusal(&error) else {
                        return Delivery::Undelivered;
                    };
                    message = other;
                    continue;
                }
                Disposition::Throttled => {
                    self.pace.report_throttled(asked);
                    passing.next_delay()
                }
                Disposition::Transient => passing.next_delay(),
                Disposition::Denied => denied.next_delay(),
            };
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
                () = self.lease.gone() => return gone(maybe_taken),
                () = self.shutdown.aborting().cancelled() => {}
            }
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
                        failure.cause_json(self.context.activity(), self.context.worker())
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

/// The token is closed: by a report whose answer was lost, if there was one.
fn gone(maybe_taken: bool) -> Delivery {
    if maybe_taken {
        Delivery::Probably
    } else {
        Delivery::Gone
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
