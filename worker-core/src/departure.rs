//! A worker on its way out, as the tasks in progress see it: `Departure`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Whether the worker drains, and when it will hand back what is not finished.
///
/// Clones speak of the same worker.
#[derive(Debug, Clone, Default)]
pub(crate) struct Departure {
    begun: CancellationToken,
    clock: Arc<Mutex<Clock>>,
}

#[derive(Debug, Default)]
struct Clock {
    /// How long the worker takes at the most; not known before it runs.
    longest: Option<Duration>,
    hands_back_at: Option<Instant>,
}

impl Departure {
    /// Cancelled when the worker begins to drain.
    pub(crate) fn begun(&self) -> &CancellationToken {
        &self.begun
    }

    /// Notes how long the worker will take at the most once it is told to stop.
    pub(crate) fn takes(&self, longest: Duration) {
        self.lock().longest = Some(longest);
    }

    /// The worker is told to stop: time runs, and does so before anybody learns of it.
    pub(crate) fn begin(&self) {
        let mut clock = self.lock();
        if clock.hands_back_at.is_none() {
            clock.hands_back_at = clock.longest.map(|longest| Instant::now() + longest);
        }
        drop(clock);
        self.begun.cancel();
    }

    /// Notes when unfinished tasks will be handed back.
    pub(crate) fn hands_back_at(&self, at: Instant) {
        self.lock().hands_back_at = Some(at);
    }

    /// The time that tasks in progress have left; `None` while there is no limit.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let at = self.lock().hands_back_at?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    fn lock(&self) -> MutexGuard<'_, Clock> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_learns_of_a_stop_learns_how_much_time_is_left() {
        let departure = Departure::default();
        departure.takes(Duration::from_secs(90));
        assert_eq!(departure.time_left(), None);
        departure.begin();
        assert_eq!(departure.time_left(), Some(Duration::from_secs(90)));
        // Repeated, it does not begin again.
        tokio::time::advance(Duration::from_secs(30)).await;
        departure.begin();
        assert_eq!(departure.time_left(), Some(Duration::from_secs(60)));
    }
}
