//! Hands out slots: the permission to hold one task.
//!
//! I1: a poll is issued only with a slot in hand, so that a task can run the moment it comes.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The slots of one activity within the slots of the worker.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    activity: Arc<Semaphore>,
    worker: Arc<Semaphore>,
}

/// The permission to hold one task; frees itself on drop.
#[derive(Debug)]
pub(crate) struct Slot {
    _activity: OwnedSemaphorePermit,
    _worker: OwnedSemaphorePermit,
}

impl Slots {
    /// `total` slots for an activity, of those that the whole worker has.
    pub(crate) fn new(total: usize, worker: Arc<Semaphore>) -> Self {
        Self {
            activity: Arc::new(Semaphore::new(total)),
            worker,
        }
    }

    /// Waits for a free slot; those who wait are served in order.
    pub(crate) async fn acquire(&self) -> Slot {
        // The activity's own slot first: waiting for it must not hold one of the worker's.
        let activity = permit(&self.activity).await;
        let worker = permit(&self.worker).await;
        Slot {
            _activity: activity,
            _worker: worker,
        }
    }
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

    #[tokio::test(start_paused = true)]
    async fn a_slot_frees_itself_on_drop() {
        let slots = Slots::new(1, Arc::new(Semaphore::new(8)));
        let slot = slots.acquire().await;
        assert!(
            timeout(Duration::from_secs(1), slots.acquire())
                .await
                .is_err()
        );
        drop(slot);
        assert!(
            timeout(Duration::from_secs(1), slots.acquire())
                .await
                .is_ok()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn activities_share_the_slots_of_the_worker() {
        let worker = Arc::new(Semaphore::new(1));
        let (a, b) = (Slots::new(4, Arc::clone(&worker)), Slots::new(4, worker));
        let held = a.acquire().await;
        assert!(timeout(Duration::from_secs(1), b.acquire()).await.is_err());
        drop(held);
        assert!(timeout(Duration::from_secs(1), b.acquire()).await.is_ok());
    }
}
