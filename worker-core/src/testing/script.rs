//! What the scripted service knows: its tasks, and when their time is over.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::fault::gone;
use super::gate::{Gate, HOLD};
use super::task::Answer;
use crate::name::ActivityName;
use crate::payload::Payload;
use crate::service::{PolledTask, ServiceError};
use crate::token::TaskToken;

#[derive(Debug, Default)]
pub(super) struct Script {
    state: Mutex<State>,
    queued: Notify,
    pub(super) gate: Gate,
}

#[derive(Debug, Default)]
pub(super) struct State {
    queues: BTreeMap<ActivityName, VecDeque<PolledTask>>,
    tasks: BTreeMap<String, Record>,
    /// When to look at which task again, because its time may be over.
    due: BTreeSet<(Instant, String)>,
    hold: Option<Duration>,
}

/// What the service knows of one task.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) taken: Option<Instant>,
    pub(super) closed: bool,
    pub(super) answers: Vec<Answer>,
    pub(super) beats: Vec<Instant>,
    pub(super) heartbeat_timeout: Option<Duration>,
    pub(super) timeout: Option<Duration>,
}

impl Script {
    /// Queues a task.
    pub(super) fn offer(&self, activity: ActivityName, input: &str) -> TaskToken {
        let mut state = self.lock();
        let token = TaskToken::new(format!("token-{}", state.tasks.len()));
        let record = Record::default();
        state.tasks.insert(token.expose().to_owned(), record);
        let task = PolledTask {
            token: token.clone(),
            input: Payload::new(input),
        };
        state.queues.entry(activity).or_default().push_back(task);
        drop(state);
        self.queued.notify_waiters();
        self.gate.ledger.notify();
        token
    }

    /// Holds polls for another time than the service does.
    pub(super) fn hold(&self, time: Duration) {
        self.lock().hold = Some(time);
    }

    /// Gives a task a limit of time.
    pub(super) fn limit(&self, token: &TaskToken, set: impl FnOnce(&mut Record)) {
        self.record(token, set);
        self.lock().watch(token.expose());
    }

    /// Looks at a task, or does something to it.
    pub(super) fn record<T>(&self, token: &TaskToken, look: impl FnOnce(&mut Record) -> T) -> T {
        self.expire();
        let mut state = self.lock();
        look(state.tasks.entry(token.expose().to_owned()).or_default())
    }

    /// Carries out a heartbeat or a report.
    pub(super) fn report(
        &self,
        token: &TaskToken,
        effect: impl FnOnce(&mut Record),
    ) -> Result<(), ServiceError> {
        self.expire();
        match self.lock().tasks.get_mut(token.expose()) {
            None => Err(gone("InvalidToken")),
            Some(record) if record.closed => Err(gone("TaskTimedOut")),
            Some(record) => {
                effect(record);
                Ok(())
            }
        }
    }

    /// Closes a task as its time-out or `StopExecution` would.
    pub(super) fn close(&self, token: &TaskToken) {
        self.record(token, |record| record.closed = true);
        self.gate.ledger.closed(token, Instant::now());
        self.gate.ledger.notify();
    }

    /// Waits for a task.
    pub(super) async fn poll(
        &self,
        activity: &ActivityName,
    ) -> Result<Option<PolledTask>, ServiceError> {
        let hold = self.lock().hold.unwrap_or(HOLD);
        let next = async {
            loop {
                let queued = self.queued.notified();
                if let Some(task) = self.take(activity) {
                    return task;
                }
                queued.await;
            }
        };
        Ok(timeout(hold, next).await.ok())
    }

    /// Closes the tasks whose time is over.
    pub(super) fn expire(&self) {
        let now = Instant::now();
        let mut state = self.lock();
        while let Some((at, _)) = state.due.first()
            && *at <= now
            && let Some((_, token)) = state.due.pop_first()
        {
            let Some(record) = state.tasks.get_mut(&token) else {
                continue;
            };
            match record.deadline() {
                None => {} // it is closed
                Some(deadline) if deadline <= now => {
                    record.closed = true;
                    let token = TaskToken::new(token.as_str());
                    self.gate.ledger.closed(&token, deadline);
                }
                // A heartbeat has come.
                Some(deadline) => drop(state.due.insert((deadline, token))),
            }
        }
    }

    fn take(&self, activity: &ActivityName) -> Option<PolledTask> {
        let mut state = self.lock();
        let task = state.queues.get_mut(activity)?.pop_front()?;
        if let Some(record) = state.tasks.get_mut(task.token.expose()) {
            record.taken = Some(Instant::now());
        }
        state.watch(task.token.expose());
        drop(state);
        self.gate.ledger.notify();
        Some(task)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn watch(&mut self, token: &str) {
        let deadline = self.tasks.get(token).and_then(Record::deadline);
        if let Some(deadline) = deadline {
            self.due.insert((deadline, token.to_owned()));
        }
    }
}

impl Record {
    /// When the service closes it, if nothing happens before; both clocks start at hand-over.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let taken = self.taken.filter(|_| !self.closed)?;
        let alive = self.beats.last().copied().unwrap_or(taken);
        let silent = self.heartbeat_timeout.map(|limit| alive + limit);
        let late = self.timeout.map(|limit| taken + limit);
        [silent, late].into_iter().flatten().min()
    }
}
