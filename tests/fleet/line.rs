//! One activity of the account: the tasks that wait, or the polls that do.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

/// The service takes no more open polls for one activity.
pub(crate) const MOST_POLLS: usize = 1_000;

/// A task that was scheduled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scheduled {
    pub(crate) at: Instant,
    /// How long its handler takes.
    pub(crate) work: Duration,
}

/// Tasks and polls of one activity, each in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Line {
    tasks: VecDeque<Scheduled>,
    polls: VecDeque<oneshot::Sender<Scheduled>>,
    /// Polls that are held.
    pub(crate) open: usize,
    /// Since when tasks have waited without one of them being taken.
    untaken: Option<Instant>,
    /// The longest time that was so, in this phase.
    pub(crate) starved: Duration,
}

/// What the service says to a poll.
#[derive(Debug)]
pub(crate) enum Answer {
    Task(Scheduled),
    Hold(oneshot::Receiver<Scheduled>),
    TooMany,
}

impl Line {
    pub(crate) fn schedule(&mut self, task: Scheduled) {
        while let Some(poll) = self.polls.pop_front() {
            // Polls whose time is over have left their place behind.
            if poll.send(task).is_ok() {
                return;
            }
        }
        self.tasks.push_back(task);
        self.untaken.get_or_insert(task.at);
    }

    pub(crate) fn poll(&mut self, now: Instant) -> Answer {
        if let Some(task) = self.tasks.pop_front() {
            self.note_waiting(now);
            self.untaken = (!self.tasks.is_empty()).then_some(now);
            return Answer::Task(task);
        }
        if self.open >= MOST_POLLS {
            return Answer::TooMany;
        }
        self.open += 1;
        let (poll, held) = oneshot::channel();
        self.polls.push_back(poll);
        Answer::Hold(held)
    }

    /// Ends every poll that is held without an answer.
    pub(crate) fn cut(&mut self) {
        self.polls.clear();
    }

    /// How many tasks wait.
    pub(crate) fn waiting(&self) -> usize {
        self.tasks.len()
    }

    /// Counts the time that tasks have waited so far.
    pub(crate) fn note_waiting(&mut self, now: Instant) {
        if let Some(since) = self.untaken {
            self.starved = self.starved.max(now - since);
        }
    }

    /// Forgets what was before this phase.
    pub(crate) fn begin_phase(&mut self, now: Instant) {
        self.starved = Duration::ZERO;
        self.untaken = self.untaken.map(|_| now);
    }
}
