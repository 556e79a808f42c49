//! The scripted service: the port, and what a test tells it and asks of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::fault::Fault;
use super::faults::Faults;
use super::ledger::Ledger;
use super::operation::Operation;
use super::script::{Record, Script};
use super::task::{Answer, ScriptedTask};
use crate::failure::ErrorName;
use crate::name::{ActivityArn, ActivityName, NameError, WorkerName};
use crate::payload::Payload;
use crate::service::{ActivityService, Disposition, PolledTask, ServiceError, ServiceFuture};
use crate::token::TaskToken;

/// A service that does what it is told: it offers tasks and fails calls on request.
///
/// Clones are the same service.
#[derive(Debug, Clone, Default)]
pub struct ScriptedService {
    script: Arc<Script>,
}

impl ScriptedService {
    /// A service without tasks and faults, in which every activity exists.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A service with a plan of faults.
    #[must_use]
    pub fn with_faults(faults: Faults) -> Self {
        let mut script = Script::default();
        script.gate.faults = faults;
        Self {
            script: Arc::new(script),
        }
    }

    /// Offers a task; the first poll of the activity takes it.
    ///
    /// # Panics
    ///
    /// The text is not an activity name.
    #[must_use]
    pub fn offer(&self, activity: &str, input: &str) -> ScriptedTask {
        let Ok(name) = activity.parse::<ActivityName>() else {
            panic!("{activity:?} is not an activity name");
        };
        ScriptedTask {
            token: self.script.offer(name, input),
            script: Arc::clone(&self.script),
        }
    }

    /// Holds polls for this time instead of 60 seconds, for tests in real time.
    pub fn hold_polls(&self, time: Duration) {
        self.script.hold(time);
    }

    /// The plan of the faults that befall the calls.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.script.gate.faults
    }

    /// What every task went through.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        self.script.expire();
        &self.script.gate.ledger
    }

    /// Refuses the next call of an operation with an error; repeated, the calls after it.
    pub fn refuse_next(&self, operation: Operation, error: ServiceError) {
        self.faults().refuse_next(operation, error);
    }

    /// Carries out the next call of an operation and loses the answer.
    pub fn lose_next_answer(&self, operation: Operation) {
        self.faults().next(operation, Fault::AnswerLost);
    }

    /// Answers the next poll at once and without a task, instead of holding it.
    pub fn answer_next_poll_empty(&self) {
        self.faults().next(Operation::Poll, Fault::Empty);
    }

    /// Answers the next call of an operation only after a time.
    pub fn delay_next(&self, operation: Operation, by: Duration) {
        self.faults().next(operation, Fault::Delayed(by));
    }

    /// When calls of an operation were made.
    #[must_use]
    pub fn calls(&self, operation: Operation) -> Vec<Instant> {
        self.ledger().calls(operation)
    }

    /// How many polls are open now.
    #[must_use]
    pub fn open_polls(&self) -> usize {
        self.ledger().open_polls()
    }

    /// How many polls were open at a time at the most.
    #[must_use]
    pub fn most_open_polls(&self) -> usize {
        self.ledger().most_open_polls()
    }

    /// How many polls were dropped before they were answered.
    #[must_use]
    pub fn dropped_polls(&self) -> usize {
        self.ledger().dropped_polls()
    }

    /// How many calls were made for a token while another one for it was in flight.
    #[must_use]
    pub fn overlapping_calls(&self) -> usize {
        self.ledger().overlapping().len()
    }

    /// Waits until a condition on the service holds.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    pub async fn until(&self, condition: impl Fn(&Self) -> bool) {
        self.ledger().until(|_| condition(self)).await;
    }

    async fn report(
        &self,
        operation: Operation,
        token: &TaskToken,
        effect: impl FnOnce(&mut Record),
    ) -> Result<(), ServiceError> {
        let script = &self.script;
        let effect = async { script.report(token, effect) };
        let close = async { script.close(token) };
        script.gate.report(operation, token, effect, close).await
    }
}

impl ActivityService for ScriptedService {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        _worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        let effect = self.script.poll(activity.name());
        Box::pin(self.script.gate.poll(activity.name(), effect))
    }

    fn succeed<'a>(&'a self, token: &'a TaskToken, output: &'a Payload) -> ServiceFuture<'a, ()> {
        Box::pin(self.report(Operation::Succeed, token, |record| {
            record.answers.push(Answer::Succeeded(output.clone()));
            record.closed = true;
        }))
    }

    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        Box::pin(self.report(Operation::Fail, token, |record| {
            let (error, cause) = (error.as_str().to_owned(), cause.to_owned());
            record.answers.push(Answer::Failed { error, cause });
            record.closed = true;
        }))
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        Box::pin(self.report(Operation::Heartbeat, token, |record| {
            record.beats.push(Instant::now());
        }))
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        let effect = async { names.iter().map(arn).collect() };
        Box::pin(self.script.gate.call(Operation::Find, effect))
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        let effect = async { arn(name) };
        Box::pin(self.script.gate.call(Operation::Create, effect))
    }
}

fn arn(name: &ActivityName) -> Result<ActivityArn, ServiceError> {
    format!("arn:aws:states:us-east-1:000000000000:activity:{name}")
        .parse()
        .map_err(|error: NameError| ServiceError::new(Disposition::Refused, error.to_string()))
}
