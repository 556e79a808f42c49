//! Hands out slots: the permission to hold one task.
//!
//! I1: a poll is issued only with a slot in hand, so that a task can run the moment it comes.
//! With prefetch a slot may also be one in which a task waits for its turn.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The slots of one activity within the slots of the worker.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    held: Bounds,
    /// Where tasks can be held that do not run yet, how many may run.
    running: Option<Bounds>,
}

/// The slots of the whole worker.
#[derive(Debug, Clone)]
pub(crate) struct WorkerSlots {
    held: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

/// The permission to hold one task; frees itself on drop.
#[derive(Debug)]
pub(crate) struct Slot {
    _held: Permits,
    turn: Turn,
}

/// Whether the task of a slot may run.
#[derive(Debug)]
enum Turn {
    /// It may, since as many tasks may run as are held.
    Always,
    Waits(Bounds),
    Running(#[expect(dead_code, reason = "held for its drop")] Permits),
    Over,
}

/// A limit for the activity and one for the worker.
#[derive(Debug, Clone)]
struct Bounds {
    activity: Arc<Semaphore>,
    worker: Arc<Semaphore>,
}

#[derive(Debug)]
struct Permits {
    _activity: OwnedSemaphorePermit,
    _worker: OwnedSemaphorePermit,
}

impl WorkerSlots {
    /// So many tasks may run at a time, and so many more may wait.
    pub(crate) fn new(running: usize, waiting: usize) -> Self {
        Self {
            held: semaphore(running.saturating_add(waiting)),
            running: semaphore(running),
        }
    }
}

impl Slots {
    /// Of an activity so many tasks may run at a time, and so many more may wait.
    pub(crate) fn new(running: usize, waiting: usize, worker: &WorkerSlots) -> Self {
        let held = Bounds {
            activity: semaphore(running.saturating_add(waiting)),
            worker: Arc::clone(&worker.held),
        };
        let running = (waiting > 0).then(|| Bounds {
            activity: semaphore(running),
            worker: Arc::clone(&worker.running),
        });
        Self { held, running }
    }

    /// Waits for a free slot; those who wait are served in order.
    pub(crate) async fn acquire(&self) -> Slot {
        Slot {
            _held: self.held.permits().await,
            turn: match &self.running {
                Some(running) => Turn::Waits(running.clone()),
                None => Turn::Always,
            },
        }
    }
}

impl Slot {
    /// Whether the task must wait before it may run.
    pub(crate) fn must_wait(&self) -> bool {
        matches!(self.turn, Turn::Waits(_))
    }

    /// Waits until the task may run; tasks run in the order in which they ask.
    ///
    /// Cancel safe: the slot then still waits.
    pub(crate) async fn turn(&mut self) {
        if let Turn::Waits(bounds) = &self.turn {
            self.turn = Turn::Running(bounds.permits().await);
        }
    }

    /// Lets the next task run while this one is still held.
    pub(crate) fn over(&mut self) {
        if !matches!(self.turn, Turn::Always) {
            self.turn = Turn::Over;
        }
    }
}

impl Bounds {
    async fn permits(&self) -> Permits {
        // The activity's own first: waiting for it must not hold one of the worker's.
        let activity = permit(&self.activity).await;
        let worker = permit(&self.worker).await;
        Permits {
            _activity: activity,
            _worker: worker,
        }
    }
}

fn semaphore(permits: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)))
}

#[expect(
    clippy::expect_used,
    reason = "nothing in this crate closes the semaphores"
)]
async fn permit(semaphore: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(semaphore)
        .acquire_owned()
        .await
        .expect("the semaphore is never closed")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    async fn soon<T>(wait: impl Future<Output = T>) -> Option<T> {
        timeout(Duration::from_secs(1), wait).await.ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_frees_itself_on_drop() {
        let slots = Slots::new(1, 0, &WorkerSlots::new(8, 0));
        let slot = slots.acquire().await;
        assert!(soon(slots.acquire()).await.is_none());
        drop(slot);
        assert!(soon(slots.acquire()).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn activities_share_the_slots_of_the_worker() {
        let worker = WorkerSlots::new(1, 0);
        let (a, b) = (Slots::new(4, 0, &worker), Slots::new(4, 0, &worker));
        let held = a.acquire().await;
        assert!(soon(b.acquire()).await.is_none());
        drop(held);
        assert!(soon(b.acquire()).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_is_held_ahead_waits_for_its_turn() {
        let slots = Slots::new(1, 1, &WorkerSlots::new(1, 1));
        let mut first = slots.acquire().await;
        let mut second = slots.acquire().await;
        assert!(soon(slots.acquire()).await.is_none(), "two are held");
        assert!(soon(first.turn()).await.is_some());
        assert!(soon(second.turn()).await.is_none(), "one runs");
        first.over();
        assert!(soon(second.turn()).await.is_some());
        assert!(soon(slots.acquire()).await.is_none(), "both are still held");
        drop(first);
        assert!(soon(slots.acquire()).await.is_some());
    }
}
