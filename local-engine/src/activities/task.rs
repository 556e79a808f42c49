//! One open task: its stage and its two clocks.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::queue::PollId;
use crate::machine::{ExpiredClock, TaskId};

/// The number of a task; later tasks have higher ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Serial(pub(crate) u64);

/// A task as a machine asks for it.
#[derive(Debug)]
pub(crate) struct NewTask<O> {
    /// Whose task it is.
    pub(crate) owner: O,
    /// The task as its owner knows it.
    pub(crate) id: TaskId,
    /// The ARN of the activity.
    pub(crate) activity: String,
    /// The input as JSON text.
    pub(crate) input: Arc<str>,
    /// `TimeoutSeconds`.
    pub(crate) timeout: Option<Duration>,
    /// `HeartbeatSeconds`.
    pub(crate) heartbeat: Option<Duration>,
}

/// A task that is not closed.
#[derive(Debug)]
pub(crate) struct Task<O> {
    pub(crate) owner: O,
    pub(crate) id: TaskId,
    pub(crate) activity: Arc<str>,
    pub(crate) input: Arc<str>,
    pub(crate) stage: Stage,
    timeout: Option<Duration>,
    heartbeat: Option<Duration>,
}

/// How far a task has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It waits for a poll, or for its call.
    Queued,
    /// A poll may pick it up.
    Called(PollId),
    /// A poll took it.
    Started(Clocks),
}

/// When the clocks of a started task run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clocks {
    total: Option<Timestamp>,
    heartbeat: Option<Timestamp>,
    /// When the task's timer fires. Heartbeats do not move it: it is set anew when it fires
    /// too early, so that a heartbeat costs nothing.
    armed: Option<Timestamp>,
}

/// A task that was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closing {
    /// The task as its owner knows it.
    pub(crate) task: TaskId,
    /// When its timer was to fire.
    pub(crate) armed: Option<Timestamp>,
}

/// What a task's clocks say when its timer fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// The task is closed already.
    Over,
    /// Heartbeats came: the timer must fire again then.
    Later(Timestamp),
    /// A clock ran out.
    Expired {
        /// The task as its owner knows it.
        task: TaskId,
        /// Which clock.
        clock: ExpiredClock,
    },
}

impl<O> Task<O> {
    pub(crate) fn new(new: NewTask<O>, activity: Arc<str>) -> Self {
        Self {
            owner: new.owner,
            id: new.id,
            activity,
            input: new.input,
            stage: Stage::Queued,
            timeout: new.timeout,
            heartbeat: new.heartbeat,
        }
    }

    /// A task without a queue.
    pub(crate) fn of_call(owner: O, id: TaskId) -> Self {
        let nothing: Arc<str> = "".into();
        Self {
            owner,
            id,
            activity: Arc::clone(&nothing),
            input: nothing,
            stage: Stage::Queued,
            timeout: None,
            heartbeat: None,
        }
    }

    pub(crate) fn set_limits(&mut self, timeout: Option<Duration>, heartbeat: Option<Duration>) {
        self.timeout = timeout;
        self.heartbeat = heartbeat;
    }

    /// Starts both clocks. Returns when the first one runs out.
    pub(crate) fn start(&mut self, now: Timestamp) -> Option<Timestamp> {
        let mut clocks = Clocks {
            total: self.timeout.map(|limit| after(now, limit)),
            heartbeat: self.heartbeat.map(|limit| after(now, limit)),
            armed: None,
        };
        clocks.armed = clocks.next().map(|(at, _)| at);
        self.stage = Stage::Started(clocks);
        clocks.armed
    }

    /// Sets the heartbeat clock back; nothing if the task was not started.
    pub(crate) fn heartbeat(&mut self, now: Timestamp) -> Option<()> {
        let Stage::Started(clocks) = &mut self.stage else {
            return None;
        };
        clocks.heartbeat = self.heartbeat.map(|limit| after(now, limit));
        Some(())
    }

    pub(crate) fn expire(&mut self, now: Timestamp) -> Expiry {
        let Stage::Started(clocks) = &mut self.stage else {
            return Expiry::Over;
        };
        match clocks.next() {
            None => Expiry::Over,
            Some((at, clock)) if at <= now => Expiry::Expired {
                task: self.id,
                clock,
            },
            Some((at, _)) => {
                clocks.armed = Some(at);
                Expiry::Later(at)
            }
        }
    }

    pub(crate) fn closing(&self) -> Closing {
        let armed = match self.stage {
            Stage::Started(clocks) => clocks.armed,
            Stage::Queued | Stage::Called(_) => None,
        };
        Closing {
            task: self.id,
            armed,
        }
    }
}

impl Clocks {
    /// The clock that runs out first. If both do at once it is the total one, because no
    /// heartbeat could have helped.
    fn next(&self) -> Option<(Timestamp, ExpiredClock)> {
        let total = self.total.map(|at| (at, ExpiredClock::Total));
        let heartbeat = self.heartbeat.map(|at| (at, ExpiredClock::Heartbeat));
        total.into_iter().chain(heartbeat).min_by_key(|&(at, _)| at)
    }
}

fn after(now: Timestamp, limit: Duration) -> Timestamp {
    now.saturating_add(limit).unwrap_or(Timestamp::MAX)
}
