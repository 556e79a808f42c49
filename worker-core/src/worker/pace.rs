//! How fast the whole worker polls: without a limit until the service throttles.
//!
//! The service counts calls for the account, so every worker of a fleet and every activity of a
//! worker drink from the same bucket. A throttled worker slows to a part of the rate that it
//! had, comes back to that rate in half a minute, stays near it for a while, and only then asks
//! for more: the curve of TCP's CUBIC, in units of the rate itself so that it works for a
//! hundred polls a second as for one a minute. A fleet settles at its shares instead of
//! swinging between storm and silence.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The part of the rate that is left after throttling.
const CUT: f64 = 0.7;
/// How long it takes to come back to the rate that was throttled.
const RECOVERY: f64 = 30.0;
/// A worker is never slower than this: one poll in this many seconds.
const SLOWEST: f64 = 1.0 / 120.0;
/// A rate that is so many times what is used is no limit any more.
const FREE: f64 = 8.0;
/// The span over which the rate in use is measured, in seconds.
const SPAN: f64 = 10.0;

/// The longest nap between two looks at the rate, which grows meanwhile.
const NAP: Duration = Duration::from_secs(1);

/// The pace of the polls of one worker; its activities share it.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    state: Mutex<State>,
    /// Who holds it is the next to poll; those who wait are served in order.
    head: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    /// Polls a second, averaged over the last seconds.
    used: f64,
    last: Option<Instant>,
    limit: Option<Limit>,
}

#[derive(Debug)]
struct Limit {
    /// The rate at which the service throttled.
    throttled_at: f64,
    cut: Instant,
}

impl Pace {
    /// Waits until it is time for the next poll.
    ///
    /// Cancel safe: nothing is counted until it returns.
    pub(crate) async fn turn(&self) {
        if self.lock().is_free() {
            return;
        }
        let _head = self.head.lock().await;
        loop {
            let now = Instant::now();
            let Some(at) = self.lock().turn(now) else {
                return;
            };
            sleep_until(at.min(now + NAP)).await;
        }
    }

    /// Notes that the service throttled a call that was made at `asked`.
    pub(crate) fn throttled(&self, asked: Instant) {
        self.lock().throttled(asked, Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a poll if there is no limit.
    fn is_free(&mut self) -> bool {
        let free = self.limit.is_none();
        if free {
            self.count(Instant::now());
        }
        free
    }

    /// Counts a poll if it may go out now, or says when it may.
    fn turn(&mut self, now: Instant) -> Option<Instant> {
        if let Some(limit) = &self.limit {
            let rate = limit.rate(now);
            let at = self.last.map_or(now, |last| {
                last + Duration::try_from_secs_f64(1.0 / rate).unwrap_or(NAP)
            });
            if at > now {
                return Some(at);
            }
            if rate > FREE * self.used.max(1.0) {
                self.limit = None;
            }
        }
        self.count(now);
        None
    }

    /// Counts a poll into the rate in use.
    fn count(&mut self, now: Instant) {
        let since = self.last.map_or(SPAN, |last| (now - last).as_secs_f64());
        self.used = self.used * (-since / SPAN).exp() + 1.0 / SPAN;
        self.last = Some(now);
    }

    fn throttled(&mut self, asked: Instant, now: Instant) {
        let rate = match &self.limit {
            // What was asked before the last cut says nothing about the rate after it.
            Some(limit) if asked <= limit.cut => return,
            Some(limit) => limit.rate(now).min(self.used * 2.0),
            None => self.used,
        };
        self.limit = Some(Limit {
            throttled_at: rate.max(SLOWEST / CUT),
            cut: now,
        });
    }
}

impl Limit {
    /// Polls a second at a time, at or after the cut.
    fn rate(&self, at: Instant) -> f64 {
        let since = at.saturating_duration_since(self.cut).as_secs_f64();
        let bend = (since - RECOVERY) / RECOVERY;
        self.throttled_at * (1.0 + (1.0 - CUT) * bend.powi(3))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(begun: Instant) -> f64 {
        begun.elapsed().as_secs_f64()
    }

    impl Pace {
        fn limit(&self) -> Option<f64> {
            let state = self.lock();
            state.limit.as_ref().map(|limit| limit.rate(Instant::now()))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_throttling_there_is_no_limit() {
        let pace = Pace::default();
        let begun = Instant::now();
        for _ in 0..10_000 {
            pace.turn().await;
        }
        assert!(seconds(begun) < 0.001);
        assert!(pace.limit().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_worker_slows_comes_back_and_goes_free() {
        let pace = Pace::default();
        for _ in 0..1_000 {
            pace.turn().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        pace.throttled(Instant::now());
        let slow = pace.limit().unwrap();
        assert!((13.0..15.0).contains(&slow), "0.7 of 20/s: {slow}");
        // Further errors of the same moment do not cut again.
        pace.throttled(Instant::now() - Duration::from_millis(1));
        assert!((pace.limit().unwrap() - slow).abs() < 1.0);

        tokio::time::sleep(Duration::from_secs(30)).await;
        let back = pace.limit().unwrap();
        assert!(
            (19.0..21.0).contains(&back),
            "back in half a minute: {back}"
        );
        let mut turns = 0;
        while pace.limit().is_some() {
            pace.turn().await;
            turns += 1;
            assert!(turns < 1_000_000, "it never goes free");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_share_is_kept_as_well_as_a_fast_one() {
        let pace = Pace::default();
        let polls = async |pace: &Pace, count: u32| {
            let begun = Instant::now();
            for _ in 0..count {
                pace.turn().await;
            }
            f64::from(count) / seconds(begun)
        };
        // One poll every four seconds is all that this worker gets.
        for _ in 0..40 {
            pace.turn().await;
            tokio::time::sleep(Duration::from_secs(4)).await;
        }
        pace.throttled(Instant::now());
        let rate = polls(&pace, 10).await;
        assert!((0.1..0.4).contains(&rate), "{rate}");
    }
}
