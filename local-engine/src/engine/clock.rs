//! The engine's time: the wall clock at its start plus the runtime's time since, so that a
//! paused runtime clock pauses everything.

use jiff::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// No sleep lasts longer; whoever sleeps looks again then.
const FAR: Duration = Duration::from_secs(3_600 * 24 * 365);

/// Reads the engine's time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    wall: Timestamp,
    started: Instant,
}

impl Clock {
    /// A clock that shows the wall clock's time now.
    pub(crate) fn start() -> Self {
        Self {
            wall: Timestamp::now(),
            started: Instant::now(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.wall
            .saturating_add(self.started.elapsed())
            .unwrap_or(Timestamp::MAX)
    }

    /// When the runtime's clock will show this time, or a year from now if that is sooner.
    pub(crate) fn instant(&self, at: Timestamp) -> Instant {
        let left = Duration::try_from(at.duration_since(self.now())).unwrap_or_default();
        Instant::now() + left.min(FAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_clock_follows_the_runtime() {
        let clock = Clock::start();
        let before = clock.now();
        tokio::time::sleep(Duration::from_secs(90)).await;
        let passed = clock.now().duration_since(before);
        assert_eq!(passed.as_secs(), 90);
    }

    #[tokio::test(start_paused = true)]
    async fn any_timestamp_has_an_instant() {
        let clock = Clock::start();
        assert_eq!(clock.instant(Timestamp::MIN), Instant::now());
        assert_eq!(clock.instant(Timestamp::MAX), Instant::now() + FAR);
    }
}
