//! What the scripted service knows: tasks, calls, and the faults that are to come.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::task::Answer;
use crate::name::ActivityName;
use crate::service::{Disposition, PolledTask, ServiceError};
use crate::token::TaskToken;

/// How long a poll is held.
const HOLD: Duration = Duration::from_secs(60);

/// The calls of an [`ActivityService`](crate::ActivityService).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `poll`.
    Poll,
    /// `succeed`.
    Succeed,
    /// `fail`.
    Fail,
    /// `heartbeat`.
    Heartbeat,
    /// `find`.
    Find,
    /// `create`.
    Create,
}

/// What is to happen to a call.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is refused before it has an effect.
    Refused(ServiceError),
    /// It has its effect and the answer is lost.
    AnswerLost,
    /// It is answered only after this time.
    Delayed(Duration),
    /// It is a poll, and answered without a task at once.
    Empty,
}

#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) state: Mutex<State>,
    pub(super) changed: Notify,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) queues: BTreeMap<ActivityName, VecDeque<PolledTask>>,
    pub(super) tasks: BTreeMap<String, Record>,
    pub(super) faults: BTreeMap<Operation, VecDeque<Fault>>,
    pub(super) calls: Vec<(Operation, Instant)>,
    pub(super) open_polls: usize,
    pub(super) most_open_polls: usize,
    pub(super) dropped_polls: usize,
    pub(super) overlapping_calls: usize,
}

#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) taken: bool,
    pub(super) closed: bool,
    pub(super) answers: Vec<Answer>,
    pub(super) beats: Vec<Instant>,
    pub(super) in_flight: usize,
}

impl Script {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a call and takes the fault that is meant for it.
    fn enter(&self, operation: Operation) -> Option<Fault> {
        let mut state = self.lock();
        state.calls.push((operation, Instant::now()));
        state
            .faults
            .get_mut(&operation)
            .and_then(VecDeque::pop_front)
    }

    pub(super) async fn call<T>(
        &self,
        operation: Operation,
        effect: impl FnOnce(&mut State) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let fault = self.enter(operation);
        if let Some(Fault::Delayed(by)) = fault {
            tokio::time::sleep(by).await;
        }
        let result = match fault {
            Some(Fault::Refused(error)) => Err(error),
            Some(Fault::AnswerLost) => effect(&mut self.lock()).and_then(|_| Err(answer_lost())),
            Some(Fault::Delayed(_) | Fault::Empty) | None => effect(&mut self.lock()),
        };
        self.changed.notify_waiters();
        result
    }

    pub(super) async fn report(
        &self,
        operation: Operation,
        token: &TaskToken,
        effect: impl FnOnce(&mut Record),
    ) -> Result<(), ServiceError> {
        let _in_flight = InFlight::enter(self, token);
        self.call(operation, |state| {
            match state.tasks.get_mut(token.expose()) {
                None => Err(gone("InvalidToken")),
                Some(record) if record.closed => Err(gone("TaskTimedOut")),
                Some(record) => {
                    effect(record);
                    Ok(())
                }
            }
        })
        .await
    }

    pub(super) async fn poll(
        &self,
        activity: &ActivityName,
    ) -> Result<Option<PolledTask>, ServiceError> {
        match self.enter(Operation::Poll) {
            Some(Fault::Refused(error)) => return Err(error),
            Some(Fault::AnswerLost) => {
                // The task that the answer would have brought is lost with it.
                let _lost = self.take(activity);
                return Err(answer_lost());
            }
            Some(Fault::Empty) => return Ok(None),
            Some(Fault::Delayed(by)) => tokio::time::sleep(by).await,
            None => {}
        }
        let mut open = OpenPoll::enter(self);
        let next = async {
            loop {
                let changed = self.changed.notified();
                if let Some(task) = self.take(activity) {
                    return task;
                }
                changed.await;
            }
        };
        let task = timeout(HOLD, next).await.ok();
        open.answered = true;
        Ok(task)
    }

    fn take(&self, activity: &ActivityName) -> Option<PolledTask> {
        let mut state = self.lock();
        let task = state.queues.get_mut(activity)?.pop_front()?;
        if let Some(record) = state.tasks.get_mut(task.token.expose()) {
            record.taken = true;
        }
        Some(task)
    }
}

fn answer_lost() -> ServiceError {
    ServiceError::new(Disposition::Transient, "the answer was lost").with_unknown_outcome()
}

fn gone(code: &str) -> ServiceError {
    ServiceError::new(Disposition::Gone, "the task is closed").with_code(code)
}

/// Counts a poll while it is open.
struct OpenPoll<'a> {
    script: &'a Script,
    answered: bool,
}

impl<'a> OpenPoll<'a> {
    fn enter(script: &'a Script) -> Self {
        let mut state = script.lock();
        state.open_polls += 1;
        state.most_open_polls = state.most_open_polls.max(state.open_polls);
        drop(state);
        script.changed.notify_waiters();
        Self {
            script,
            answered: false,
        }
    }
}

impl Drop for OpenPoll<'_> {
    fn drop(&mut self) {
        let mut state = self.script.lock();
        state.open_polls -= 1;
        state.dropped_polls += usize::from(!self.answered);
        drop(state);
        self.script.changed.notify_waiters();
    }
}

/// Counts the calls for a token while they are in flight.
struct InFlight<'a> {
    script: &'a Script,
    token: &'a TaskToken,
}

impl<'a> InFlight<'a> {
    fn enter(script: &'a Script, token: &'a TaskToken) -> Self {
        let mut state = script.lock();
        // A token that was never given out has no record, and its call is answered so.
        if let Some(record) = state.tasks.get_mut(token.expose()) {
            record.in_flight += 1;
            if record.in_flight > 1 {
                state.overlapping_calls += 1;
            }
        }
        drop(state);
        Self { script, token }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(record) = self.script.lock().tasks.get_mut(self.token.expose()) {
            record.in_flight -= 1;
        }
    }
}
