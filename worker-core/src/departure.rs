//! A worker on its way out, as the tasks in progress see it: `Departure`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Whether the worker drains, and when it will hand back what is not finished.
///
/// Clones speak of the same worker.
#[derive(Debug, Clone, Default)]
pub(crate) struct Departure {
    begun: CancellationToken,
    hands_back_at: Arc<Mutex<Option<Instant>>>,
}

impl Departure {
    /// Cancelled when the worker begins to drain.
    pub(crate) fn begun(&self) -> &CancellationToken {
        &self.begun
    }

    /// Notes when unfinished tasks will be handed back.
    pub(crate) fn hands_back_at(&self, at: Instant) {
        *self.lock() = Some(at);
    }

    /// The time that tasks in progress have left; `None` while there is no limit.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let at = (*self.lock())?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.hands_back_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
