//! Polls: held open until a task is called to them or their time is over.

use std::sync::Arc;

use sfn_worker_core::ActivityArn;
use tokio::time::{Instant, timeout_at};

use super::delivery::started;
use super::error::{EngineError, ErrorCode};
use super::shared::Shared;
use crate::activities::{POLL_HOLD, PollId, PollRefused, Wake};

/// A task as a poll brings it.
#[derive(Debug)]
pub(crate) struct HandedOver {
    /// The secret with which to report on the task.
    pub(crate) token: String,
    /// The input of the task.
    pub(crate) input: Arc<str>,
}

/// A poll that is open. Dropped without an answer, it is an abandoned poll.
struct OpenPoll<'a> {
    shared: &'a Shared,
    activity: &'a str,
    id: PollId,
    answered: bool,
}

impl Shared {
    /// Waits up to 60 seconds for a task of an activity.
    pub(super) async fn poll(
        &self,
        activity: &ActivityArn,
        worker_name: Option<String>,
    ) -> Result<Option<HandedOver>, EngineError> {
        let activity = activity.as_str();
        let wake = Wake::default();
        let mut poll = self.open_poll(activity, worker_name, Arc::clone(&wake))?;
        let until = Instant::now() + POLL_HOLD;
        loop {
            if let Some(task) = poll.pick_up() {
                return Ok(Some(task));
            }
            tokio::select! {
                biased;
                woken = timeout_at(until, wake.notified()) => {
                    if woken.is_err() {
                        return Ok(poll.close());
                    }
                }
                () = self.polls_closed.cancelled() => return Ok(poll.close()),
            }
        }
    }

    fn open_poll<'a>(
        &'a self,
        activity: &'a str,
        worker_name: Option<String>,
        wake: Wake,
    ) -> Result<OpenPoll<'a>, EngineError> {
        let now = self.clock.now();
        let opened = self
            .activities()
            .open_poll(activity, worker_name, wake, now);
        match opened {
            Ok(id) => Ok(OpenPoll {
                shared: self,
                activity,
                id,
                answered: false,
            }),
            Err(PollRefused::ActivityMissing) => Err(EngineError::activity_missing(activity)),
            Err(PollRefused::TooManyPolls) => Err(EngineError::new(
                ErrorCode::ActivityWorkerLimitExceeded,
                "The maximum number of workers concurrently polling for activity tasks has been \
                 reached.",
            )),
        }
    }
}

impl OpenPoll<'_> {
    /// Takes the task that is called to the poll, if there is one; then the poll is answered.
    fn pick_up(&mut self) -> Option<HandedOver> {
        let Self {
            shared, activity, ..
        } = *self;
        let execution = shared.activities().called(activity, self.id)?;
        let mut delivery = shared.delivery(&execution);
        // The task may have been forgotten in between; then the poll is woken for the next one.
        let picked = delivery.pick_up(activity, self.id)?;
        self.answered = true;
        delivery.deliver(started(picked.task, picked.worker_name));
        Some(HandedOver {
            token: shared.activities().token(picked.serial),
            input: picked.input,
        })
    }

    /// Ends the poll, with the task that came in the very last moment if one did.
    fn close(mut self) -> Option<HandedOver> {
        let task = self.pick_up();
        if task.is_none() {
            self.answered = true;
            self.shared.activities().close_poll(self.activity, self.id);
        }
        task
    }
}

impl Drop for OpenPoll<'_> {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        let swallows = self
            .shared
            .activities()
            .abandon_poll(self.activity, self.id);
        if swallows {
            // The task is started, and nobody gets to see it.
            drop(self.pick_up());
        }
    }
}
