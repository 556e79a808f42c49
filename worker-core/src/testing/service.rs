//! The scripted service: the port, and what a test tells it and asks of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::script::{Fault, Operation, Record, Script};
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
        let mut state = self.script.lock();
        let token = TaskToken::new(format!("token-{}", state.tasks.len()));
        state
            .tasks
            .insert(token.expose().to_owned(), Record::default());
        let task = PolledTask {
            token: token.clone(),
            input: Payload::new(input),
        };
        state.queues.entry(name).or_default().push_back(task);
        drop(state);
        self.script.changed.notify_waiters();
        ScriptedTask {
            token,
            script: Arc::clone(&self.script),
        }
    }

    /// Refuses the next call of an operation with an error; repeated, the calls after it.
    pub fn refuse_next(&self, operation: Operation, error: ServiceError) {
        self.fault(operation, Fault::Refused(error));
    }

    /// Carries out the next call of an operation and loses the answer.
    pub fn lose_next_answer(&self, operation: Operation) {
        self.fault(operation, Fault::AnswerLost);
    }

    /// Answers the next poll at once and without a task, instead of holding it.
    pub fn answer_next_poll_empty(&self) {
        self.fault(Operation::Poll, Fault::Empty);
    }

    /// Answers the next call of an operation only after a time.
    pub fn delay_next(&self, operation: Operation, by: Duration) {
        self.fault(operation, Fault::Delayed(by));
    }

    /// When calls of an operation were made.
    #[must_use]
    pub fn calls(&self, operation: Operation) -> Vec<Instant> {
        let state = self.script.lock();
        state
            .calls
            .iter()
            .filter(|(made, _)| *made == operation)
            .map(|(_, at)| *at)
            .collect()
    }

    /// How many polls are open now.
    #[must_use]
    pub fn open_polls(&self) -> usize {
        self.script.lock().open_polls
    }

    /// How many polls were open at a time at the most.
    #[must_use]
    pub fn most_open_polls(&self) -> usize {
        self.script.lock().most_open_polls
    }

    /// How many polls were dropped before they were answered.
    #[must_use]
    pub fn dropped_polls(&self) -> usize {
        self.script.lock().dropped_polls
    }

    /// How many calls were made for a token while another one for it was in flight.
    #[must_use]
    pub fn overlapping_calls(&self) -> usize {
        self.script.lock().overlapping_calls
    }

    /// Waits until a condition on the service holds.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    pub async fn until(&self, condition: impl Fn(&Self) -> bool) {
        loop {
            let changed = self.script.changed.notified();
            if condition(self) {
                return;
            }
            changed.await;
        }
    }

    fn fault(&self, operation: Operation, fault: Fault) {
        self.script
            .lock()
            .faults
            .entry(operation)
            .or_default()
            .push_back(fault);
    }
}

impl ActivityService for ScriptedService {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        _worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        Box::pin(self.script.poll(activity.name()))
    }

    fn succeed<'a>(&'a self, token: &'a TaskToken, output: &'a Payload) -> ServiceFuture<'a, ()> {
        Box::pin(self.script.report(Operation::Succeed, token, |record| {
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
        Box::pin(self.script.report(Operation::Fail, token, |record| {
            let (error, cause) = (error.as_str().to_owned(), cause.to_owned());
            record.answers.push(Answer::Failed { error, cause });
            record.closed = true;
        }))
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        Box::pin(self.script.report(Operation::Heartbeat, token, |record| {
            record.beats.push(Instant::now());
        }))
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        Box::pin(
            self.script
                .call(Operation::Find, |_| names.iter().map(arn).collect()),
        )
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        Box::pin(self.script.call(Operation::Create, |_| arn(name)))
    }
}

fn arn(name: &ActivityName) -> Result<ActivityArn, ServiceError> {
    format!("arn:aws:states:us-east-1:000000000000:activity:{name}")
        .parse()
        .map_err(|error: NameError| ServiceError::new(Disposition::Refused, error.to_string()))
}
