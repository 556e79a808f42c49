//! The activity service without its clockwork: queues per ARN, open polls, and the table of
//! open tasks.
//!
//! Nothing here waits, spawns or reads a clock; the shell ([`engine`](crate::engine)) does. The
//! rules are the service's own:
//!
//! 1. The oldest task goes to the oldest poll, at once, whichever of the two came last. So the
//!    tasks and the polls of one queue never wait at the same time.
//! 2. A task that is called to a poll waits there until the poll picks it up; only then is it
//!    started, and only then do its clocks run. Time in the queue is not bounded.
//! 3. A heartbeat sets the heartbeat clock back and leaves the other one alone.
//! 4. A token opens nothing after its task is closed, but it is known to be a token of ours
//!    for ever: it is a sealed number, so nothing about closed tasks is remembered.
//!
//! ```text
//!            poll free             poll picks up             report, clock, stop
//! Queued ──────────────▶ Called ──────────────────▶ Started ────────────────────▶ closed
//!    ▲                     │
//!    └─────────────────────┘ the poll went away
//! ```

mod queue;
mod registry;
mod task;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use self::queue::{Poll, Queue};
pub(crate) use self::queue::{PollId, Wake};
pub(crate) use self::registry::{NewActivity, Registration, Registry};
pub(crate) use self::task::{Closing, Expiry, NewTask, Serial};
use self::task::{Stage, Task};
use crate::machine::TaskId;
use crate::seal::{Purpose, Seal};

/// How long a poll is held when no task comes.
pub(crate) const POLL_HOLD: Duration = Duration::from_secs(60);
/// How many polls of one activity may be open.
const POLL_LIMIT: usize = 1_000;

/// What becomes of a poll whose caller went away without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AbandonedPolls {
    /// The poll is over, and the next one gets the task.
    #[default]
    Release,
    /// The poll stays in the queue to the end of its 60 seconds and swallows the task that is
    /// next: the task is started, nobody has its token, and only its clocks end it. AWS does
    /// this, so it is what a worker must survive.
    Swallow,
}

/// All activities of an engine. `O` is what the shell needs to find the owner of a task.
#[derive(Debug)]
pub(crate) struct Activities<O> {
    seal: Seal,
    abandoned_polls: AbandonedPolls,
    registry: Registry,
    /// Queues with something in them, and those of activities that once had.
    queues: HashMap<Arc<str>, Queue>,
    /// Every task that is not closed.
    tasks: HashMap<Serial, Task<O>>,
    last_serial: u64,
    last_poll: u64,
}

/// A task that was queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scheduled {
    /// The task's number.
    pub(crate) serial: Serial,
    /// The abandoned poll that the task was called to: there is nobody to pick it up, so the
    /// shell must do it now.
    pub(crate) swallowed_by: Option<PollId>,
}

/// What a poll picked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PickedUp {
    /// The task's number.
    pub(crate) serial: Serial,
    /// The task as its owner knows it.
    pub(crate) task: TaskId,
    /// The name that the poll gave.
    pub(crate) worker_name: Option<String>,
    /// The input of the task.
    pub(crate) input: Arc<str>,
    /// When the first clock of the task runs out.
    pub(crate) deadline: Option<Timestamp>,
}

/// Why a poll is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PollRefused {
    /// There is no such activity.
    ActivityMissing,
    /// The activity has 1,000 open polls.
    TooManyPolls,
}

/// Why a token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenRefused {
    /// This engine never made it.
    Unknown,
    /// Its task is closed.
    Closed,
}

impl<O: Clone> Activities<O> {
    pub(crate) fn new(seal: Seal, abandoned_polls: AbandonedPolls) -> Self {
        Self {
            seal,
            abandoned_polls,
            registry: Registry::default(),
            queues: HashMap::new(),
            tasks: HashMap::new(),
            last_serial: 0,
            last_poll: 0,
        }
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(crate) fn registry_mut(&mut self) -> &mut Registry {
        &mut self.registry
    }

    /// Puts a task in the queue of its activity and calls the oldest poll to it; nothing if the
    /// activity does not exist.
    pub(crate) fn schedule(&mut self, new: NewTask<O>, now: Timestamp) -> Option<Scheduled> {
        let arn = self.registry.get(&new.activity)?.shared_arn();
        self.last_serial += 1;
        let serial = Serial(self.last_serial);
        self.tasks.insert(serial, Task::new(new, Arc::clone(&arn)));
        let queue = self.queues.entry(arn).or_default();
        queue.forget_expired_polls(now);
        queue.push(serial);
        let swallowed_by = self.call(serial);
        Some(Scheduled {
            serial,
            swallowed_by,
        })
    }

    /// Opens a task that is called, not queued. Its token opens nothing until the call is made.
    pub(crate) fn open_call(&mut self, owner: O, id: TaskId) -> Serial {
        self.last_serial += 1;
        let serial = Serial(self.last_serial);
        self.tasks.insert(serial, Task::of_call(owner, id));
        serial
    }

    /// Starts the clocks of a task whose call is made. Returns when the first one runs out.
    pub(crate) fn start_call(
        &mut self,
        serial: Serial,
        timeout: Option<Duration>,
        heartbeat: Option<Duration>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let task = self.tasks.get_mut(&serial)?;
        task.set_limits(timeout, heartbeat);
        task.start(now)
    }

    /// Closes a task that is no longer wanted. Returns when its timer was to fire.
    pub(crate) fn forget(&mut self, serial: Serial) -> Option<Closing> {
        let task = self.tasks.remove(&serial)?;
        if let Some(queue) = self.queues.get_mut(&task.activity) {
            match task.stage {
                Stage::Queued => queue.remove(serial),
                Stage::Called(poll) => {
                    queue.uncall(poll);
                    if let Some(next) = queue.first() {
                        self.call(next);
                    }
                }
                Stage::Started(_) => {}
            }
        }
        self.drop_queue_if_idle(&task.activity);
        Some(task.closing())
    }

    /// Opens a poll; `wake` is told when a task is called to it.
    pub(crate) fn open_poll(
        &mut self,
        activity: &str,
        worker_name: Option<String>,
        wake: Wake,
        now: Timestamp,
    ) -> Result<PollId, PollRefused> {
        let registered = self.registry.get(activity);
        let arn = registered
            .map(Registration::shared_arn)
            .ok_or(PollRefused::ActivityMissing)?;
        let queue = self.queues.entry(arn).or_default();
        queue.forget_expired_polls(now);
        if queue.open_polls() >= POLL_LIMIT {
            return Err(PollRefused::TooManyPolls);
        }
        self.last_poll += 1;
        let poll = PollId(self.last_poll);
        queue.open(poll, Poll::new(worker_name, wake, now, POLL_HOLD));
        if let Some(oldest) = queue.first() {
            self.call(oldest);
        }
        Ok(poll)
    }

    /// How many polls of an activity are open, abandoned ones included.
    pub(crate) fn open_polls(&self, activity: &str) -> usize {
        self.queues.get(activity).map_or(0, Queue::open_polls)
    }

    /// Whose task it is that is called to a poll, if one is.
    pub(crate) fn called(&self, activity: &str, poll: PollId) -> Option<O> {
        let serial = self.queues.get(activity)?.called(poll)?;
        self.tasks.get(&serial).map(|task| task.owner.clone())
    }

    /// Starts the task that is called to a poll, if it still is, and closes the poll.
    pub(crate) fn pick_up(
        &mut self,
        activity: &str,
        poll: PollId,
        now: Timestamp,
    ) -> Option<PickedUp> {
        let (serial, poll) = self.queues.get_mut(activity)?.pick_up(poll)?;
        let task = self.tasks.get_mut(&serial)?;
        let deadline = task.start(now);
        Some(PickedUp {
            serial,
            task: task.id,
            worker_name: poll.worker_name,
            input: Arc::clone(&task.input),
            deadline,
        })
    }

    /// Ends a poll that was answered without a task.
    pub(crate) fn close_poll(&mut self, activity: &str, poll: PollId) {
        let Some(queue) = self.queues.get_mut(activity) else {
            return;
        };
        if let Some(serial) = queue.close(poll) {
            self.requeue(serial);
        }
        self.drop_queue_if_idle(activity);
    }

    /// Deals with a poll whose caller went away. Returns whether a task is called to it that
    /// the shell must pick up, because the poll swallows it.
    #[must_use]
    pub(crate) fn abandon_poll(&mut self, activity: &str, poll: PollId) -> bool {
        match self.abandoned_polls {
            AbandonedPolls::Release => {
                self.close_poll(activity, poll);
                false
            }
            AbandonedPolls::Swallow => self
                .queues
                .get_mut(activity)
                .is_some_and(|queue| queue.abandon(poll)),
        }
    }

    /// The token of a task.
    pub(crate) fn token(&self, serial: Serial) -> String {
        self.seal.close(Purpose::Task, &serial.0.to_be_bytes())
    }

    /// The task that a token stands for, and whose it is.
    pub(crate) fn find(&self, token: &str) -> Result<(Serial, O), TokenRefused> {
        let serial = self.read_token(token)?;
        let task = self.started(serial).ok_or(TokenRefused::Closed)?;
        Ok((serial, task.owner.clone()))
    }

    /// Closes a started task because a report came or a clock ran out.
    pub(crate) fn close(&mut self, serial: Serial) -> Result<Closing, TokenRefused> {
        self.started(serial).ok_or(TokenRefused::Closed)?;
        self.forget(serial).ok_or(TokenRefused::Closed)
    }

    /// Sets the heartbeat clock of a task back.
    pub(crate) fn heartbeat(&mut self, token: &str, now: Timestamp) -> Result<(), TokenRefused> {
        let serial = self.read_token(token)?;
        let task = self.tasks.get_mut(&serial).ok_or(TokenRefused::Closed)?;
        task.heartbeat(now).ok_or(TokenRefused::Closed)
    }

    /// Looks at the clocks of a task whose timer fired. An expired task is closed.
    pub(crate) fn expire(&mut self, serial: Serial, now: Timestamp) -> Expiry {
        let Some(task) = self.tasks.get_mut(&serial) else {
            return Expiry::Over;
        };
        let expiry = task.expire(now);
        if matches!(expiry, Expiry::Expired { .. }) {
            self.forget(serial);
        }
        expiry
    }

    fn read_token(&self, token: &str) -> Result<Serial, TokenRefused> {
        let body = self
            .seal
            .open(Purpose::Task, token)
            .ok_or(TokenRefused::Unknown)?;
        let body = body.try_into().map_err(|_| TokenRefused::Unknown)?;
        Ok(Serial(u64::from_be_bytes(body)))
    }

    fn started(&self, serial: Serial) -> Option<&Task<O>> {
        let task = self.tasks.get(&serial)?;
        matches!(task.stage, Stage::Started(_)).then_some(task)
    }

    /// Calls a queued task to the oldest free poll, if there is one. Returns the poll if
    /// nobody is behind it.
    fn call(&mut self, serial: Serial) -> Option<PollId> {
        let task = self.tasks.get_mut(&serial)?;
        let call = self.queues.get_mut(&task.activity)?.call(serial)?;
        task.stage = Stage::Called(call.poll);
        call.abandoned.then_some(call.poll)
    }

    /// Puts a called task back where it was: numbers grow, so its place is that of its age.
    fn requeue(&mut self, serial: Serial) {
        let Some(task) = self.tasks.get_mut(&serial) else {
            return;
        };
        task.stage = Stage::Queued;
        if let Some(queue) = self.queues.get_mut(&task.activity) {
            queue.push(serial);
        }
        self.call(serial);
    }

    fn drop_queue_if_idle(&mut self, activity: &str) {
        if self.queues.get(activity).is_some_and(Queue::is_idle)
            && self.registry.get(activity).is_none()
        {
            self.queues.remove(activity);
        }
    }
}
