//! One activity's tasks and polls, each in the order in which they came.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use super::task::Serial;

/// The number of a poll; later polls have higher ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PollId(pub(crate) u64);

/// Tells the caller behind a poll that a task is called to it. A permit is kept if nobody
/// listens yet, so the call is never missed.
pub(crate) type Wake = Arc<Notify>;

/// An open poll.
#[derive(Debug)]
pub(crate) struct Poll {
    pub(crate) worker_name: Option<String>,
    wake: Wake,
    /// An abandoned poll is over at this time; any other is closed by its caller.
    until: Timestamp,
    abandoned: bool,
}

/// The tasks and polls of one activity. Rule 1: `ready` and `waiting` are never both filled.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    ready: BTreeSet<Serial>,
    waiting: BTreeMap<PollId, Poll>,
    called: BTreeMap<PollId, (Serial, Poll)>,
}

/// A task was called to a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) poll: PollId,
    pub(crate) abandoned: bool,
}

impl Poll {
    pub(crate) fn new(
        worker_name: Option<String>,
        wake: Wake,
        now: Timestamp,
        hold: Duration,
    ) -> Self {
        Self {
            worker_name,
            wake,
            until: now.saturating_add(hold).unwrap_or(Timestamp::MAX),
            abandoned: false,
        }
    }
}

impl Queue {
    /// Whether there is nothing to remember.
    pub(crate) fn is_idle(&self) -> bool {
        self.ready.is_empty() && self.waiting.is_empty() && self.called.is_empty()
    }

    pub(crate) fn open_polls(&self) -> usize {
        self.waiting.len() + self.called.len()
    }

    pub(crate) fn push(&mut self, task: Serial) {
        self.ready.insert(task);
    }

    pub(crate) fn remove(&mut self, task: Serial) {
        self.ready.remove(&task);
    }

    /// The oldest task that waits.
    pub(crate) fn first(&self) -> Option<Serial> {
        self.ready.first().copied()
    }

    pub(crate) fn open(&mut self, id: PollId, poll: Poll) {
        self.waiting.insert(id, poll);
    }

    /// Calls a task that waits to the oldest poll that does.
    pub(crate) fn call(&mut self, task: Serial) -> Option<Call> {
        let (id, poll) = self.waiting.pop_first()?;
        self.ready.remove(&task);
        poll.wake.notify_one();
        let abandoned = poll.abandoned;
        self.called.insert(id, (task, poll));
        Some(Call {
            poll: id,
            abandoned,
        })
    }

    /// The task that is called to a poll.
    pub(crate) fn called(&self, poll: PollId) -> Option<Serial> {
        self.called.get(&poll).map(|(task, _)| *task)
    }

    /// Takes a poll and the task that is called to it.
    pub(crate) fn pick_up(&mut self, poll: PollId) -> Option<(Serial, Poll)> {
        self.called.remove(&poll)
    }

    /// Lets a poll wait again, because its task is not wanted any more. An abandoned one has
    /// swallowed its task.
    pub(crate) fn uncall(&mut self, id: PollId) {
        if let Some((_, poll)) = self.called.remove(&id)
            && !poll.abandoned
        {
            self.waiting.insert(id, poll);
        }
    }

    /// Takes a poll away. Returns the task that was called to it.
    pub(crate) fn close(&mut self, poll: PollId) -> Option<Serial> {
        self.waiting.remove(&poll);
        self.called.remove(&poll).map(|(task, _)| task)
    }

    /// Keeps a poll without its caller. Returns whether a task is called to it.
    pub(crate) fn abandon(&mut self, id: PollId) -> bool {
        if let Some(poll) = self.waiting.get_mut(&id) {
            poll.abandoned = true;
        }
        let called = self.called.get_mut(&id);
        called.map(|(_, poll)| poll.abandoned = true).is_some()
    }

    /// Takes away the abandoned polls whose time is over. Polls came in the order of their
    /// ends, so the walk stops at the first one that is not over.
    pub(crate) fn forget_expired_polls(&mut self, now: Timestamp) {
        let over: Vec<PollId> = self
            .waiting
            .iter()
            .take_while(|(_, poll)| poll.until <= now)
            .filter(|(_, poll)| poll.abandoned)
            .map(|(id, _)| *id)
            .collect();
        for poll in over {
            self.waiting.remove(&poll);
        }
    }
}
