//! Keeps one task alive until stopped; learns that a task is gone.
//!
//! I5: *gone* cancels the handler and is not an error. The run owns the heartbeat and lets the
//! report use it, so that there is at most one call in flight per token (I4).

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::backoff::Backoff;
use crate::context::{ActivityContext, CancelReason};
use crate::service::{ActivityService, Disposition};
use crate::token::TaskToken;

/// The service no longer wants the task.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gone;

/// The heartbeat of one task, on a fixed schedule from its receipt.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    service: Arc<dyn ActivityService>,
    token: TaskToken,
    interval: Duration,
    next: Instant,
    retry: Backoff,
}

impl Heartbeat {
    pub(crate) fn new(
        service: Arc<dyn ActivityService>,
        token: TaskToken,
        interval: Duration,
        received: Instant,
    ) -> Self {
        // A lost heartbeat is repeated well before the next one is due.
        let retry = Backoff::new(interval / 10, interval / 2);
        Self {
            service,
            token,
            interval,
            next: received + interval,
            retry,
        }
    }

    /// Beats whenever it is time or the handler asks for it; returns when the task is gone.
    ///
    /// Cancel safe: the schedule stays; a heartbeat in flight is dropped.
    pub(crate) async fn keep_alive(&mut self, context: &ActivityContext) -> Gone {
        loop {
            tokio::select! {
                () = sleep_until(self.next) => {}
                () = context.beat_wanted() => {}
            }
            match self.service.heartbeat(&self.token).await {
                Ok(()) => {
                    self.retry.reset();
                    self.next = self.after(Instant::now());
                }
                Err(error) if error.disposition() == Disposition::Gone => {
                    context.cancel(CancelReason::LeaseLost);
                    return Gone;
                }
                Err(error) => {
                    tracing::debug!(%error, "heartbeat failed, it will be repeated");
                    self.next = Instant::now() + self.retry.next_delay().min(self.interval);
                }
            }
            context.beat_answered();
        }
    }

    /// The next time on the schedule; a late heartbeat does not shift those that follow.
    fn after(&self, now: Instant) -> Instant {
        let mut next = self.next;
        while next <= now {
            next += self.interval;
        }
        next
    }
}
