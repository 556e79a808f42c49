//! Where calls go through: applies the plan of faults to each, and writes the ledger.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::fault::{Fault, connection_cut, gone};
use super::faults::{Faults, Strike};
use super::ledger::{Ledger, OpenCall, OpenPoll};
use super::operation::Operation;
use crate::name::ActivityName;
use crate::service::{PolledTask, ServiceError};
use crate::token::TaskToken;

/// How long the service holds a poll.
pub(super) const HOLD: Duration = Duration::from_secs(60);

/// The plan and the ledger of one service.
#[derive(Debug, Clone, Default)]
pub(super) struct Gate {
    pub(super) faults: Faults,
    pub(super) ledger: Ledger,
}

impl Gate {
    /// Lets a call through that speaks of no task.
    pub(super) async fn call<T>(
        &self,
        operation: Operation,
        effect: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<T, ServiceError> {
        self.ledger.called(operation);
        let strike = self.faults.strike(operation);
        let answer = match self.before(operation, strike).await {
            Err(error) => Err(error),
            Ok(Some(Fault::AnswerLost)) => effect.await.and_then(|_| Err(connection_cut())),
            Ok(_) => effect.await,
        };
        self.ledger.notify();
        answer
    }

    /// Lets a heartbeat or a report through; `close` closes the task as its time-out would.
    pub(super) async fn report(
        &self,
        operation: Operation,
        token: &TaskToken,
        effect: impl Future<Output = Result<(), ServiceError>>,
        close: impl Future<Output = ()>,
    ) -> Result<(), ServiceError> {
        let mut call = OpenCall::begin(&self.ledger, operation, token);
        let strike = self.faults.strike(operation);
        let answer = match self.before(operation, strike).await {
            Err(error) => Err(error),
            Ok(Some(Fault::ExpiredToken)) => {
                close.await;
                self.ledger.closed(token, Instant::now());
                Err(gone("TaskTimedOut"))
            }
            Ok(fault) => {
                let answer = effect.await;
                if answer.is_ok() {
                    call.taken();
                }
                match fault {
                    Some(Fault::AnswerLost) => Err(connection_cut()),
                    _ => answer,
                }
            }
        };
        call.told(&answer);
        answer
    }

    /// Lets a poll through.
    pub(super) async fn poll(
        &self,
        activity: &ActivityName,
        effect: impl Future<Output = Result<Option<PolledTask>, ServiceError>>,
    ) -> Result<Option<PolledTask>, ServiceError> {
        let mut poll = OpenPoll::begin(&self.ledger);
        let strike = self.faults.strike(Operation::Poll);
        let until = Instant::now() + HOLD;
        let answer = match self.before(Operation::Poll, strike).await {
            Err(error) => Err(error),
            Ok(Some(Fault::Empty)) => Ok(None),
            Ok(fault) => tokio::select! {
                biased;
                answer = effect => match fault {
                    Some(Fault::AnswerLost) => {
                        self.destroy(&answer);
                        Err(connection_cut())
                    }
                    Some(Fault::Swallowed) => {
                        self.destroy(&answer);
                        sleep_until(until).await;
                        Ok(None)
                    }
                    _ => answer,
                },
                () = self.faults.severed() => Err(connection_cut()),
            },
        };
        if let Ok(Some(task)) = &answer {
            self.ledger.delivered(&task.token, activity);
        }
        poll.answered();
        answer
    }

    /// What happens before a call is carried out; says what is left to happen then.
    async fn before(
        &self,
        operation: Operation,
        strike: Option<Strike>,
    ) -> Result<Option<Fault>, ServiceError> {
        let fault = match strike {
            None => return Ok(None),
            Some(Strike::Error(error)) => return Err(error),
            Some(Strike::Fault(fault)) => fault,
        };
        match fault {
            Fault::AnswerLost | Fault::ExpiredToken | Fault::Empty | Fault::Swallowed => {
                return Ok(Some(fault));
            }
            Fault::Delayed(by) if by < Fault::patience(operation) => {
                self.wait(by).await?;
                return Ok(None);
            }
            Fault::Delayed(_) | Fault::Unanswered => self.wait(Fault::patience(operation)).await?,
            _ => {}
        }
        Err(fault.error())
    }

    async fn wait(&self, time: Duration) -> Result<(), ServiceError> {
        tokio::select! {
            biased;
            () = sleep(time) => Ok(()),
            () = self.faults.severed() => Err(connection_cut()),
        }
    }

    fn destroy(&self, answer: &Result<Option<PolledTask>, ServiceError>) {
        if matches!(answer, Ok(Some(_))) {
            self.ledger.destroyed();
        }
    }
}
