//! How many polls of an activity shall be open: the adaptive part of polling, without any I/O.
//!
//! A poll that finds a task waiting says that there were too few: there are four then, and from
//! there on each is joined by another one, so that their number doubles in a round trip. A poll that comes back empty after the full
//! hold says that there were too many: it is let go. What the service throttles is halved, down
//! to the fewest that were asked for; where it says that the activity has all the polls that it
//! may have, even below that, and one is added in half a minute.
//!
//! "Found waiting" is told from "arrived meanwhile" by the time it took: an answer within about
//! twice the fastest one lately cannot have waited for anything. A worker that is busy to the
//! brim gets slow answers and does not grow either, which would only make it slower.

use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::time::Instant;

use super::backoff::Backoff;
use crate::service::{Disposition, ServiceError};

/// An empty answer faster than this did not come from a long poll.
const HASTY: Duration = Duration::from_secs(1);
/// No task that took longer than this was waiting.
const WAITED: Duration = Duration::from_secs(1);
/// A task that was waiting seldom waited alone: so many polls ask for the others.
const SOME: usize = 4;
/// The grain of the clock and of a busy runtime.
const GRAIN: Duration = Duration::from_micros(250);
/// How long it takes to try one more poll where the activity had all that it may have.
const RAISE: Duration = Duration::from_secs(30);
/// The fastest answer is that of this span and the one before.
const LATELY: Duration = Duration::from_secs(60);

/// The number of open polls of one activity, and the delays after those that failed.
#[derive(Debug)]
pub(crate) struct Gauge {
    bounds: RangeInclusive<usize>,
    /// How many polls are to be open.
    target: usize,
    /// How many loops there are; those above the target end when they come around.
    loops: usize,
    fastest: Fastest,
    /// Whether the last poll to come back brought a task.
    fed: bool,
    /// When the target was last raised towards the fewest.
    raised: Option<Instant>,
    /// Polls that were asked before this say nothing about what was done at it.
    settled: Option<Instant>,
    pause: Option<Instant>,
    throttled: Backoff,
    failed: Backoff,
    denied: Backoff,
}

/// The fastest answer lately.
#[derive(Debug, Default)]
struct Fastest {
    since: Option<Instant>,
    now: Option<Duration>,
    before: Option<Duration>,
}

impl Gauge {
    pub(crate) fn new(bounds: RangeInclusive<usize>) -> Self {
        Self {
            target: *bounds.start(),
            bounds,
            loops: 0,
            fed: false,
            raised: None,
            fastest: Fastest::default(),
            settled: None,
            pause: None,
            throttled: Backoff::new(Duration::from_secs(1), Duration::from_secs(20)),
            failed: Backoff::new(Duration::from_millis(200), Duration::from_secs(10)),
            denied: Backoff::new(Duration::from_secs(2), Duration::from_secs(60)),
        }
    }

    /// How many loops are to be started; they count from now on.
    pub(crate) fn missing(&mut self) -> usize {
        let missing = self.target.saturating_sub(self.loops);
        self.loops += missing;
        missing
    }

    /// Whether a loop is one too many; it no longer counts then.
    pub(crate) fn is_surplus(&mut self) -> bool {
        let surplus = self.loops > self.target;
        self.loops -= usize::from(surplus);
        surplus
    }

    /// A loop has ended that should not have.
    pub(crate) fn lost(&mut self) {
        self.loops = self.loops.saturating_sub(1);
    }

    /// Whether there is likely to be another task.
    pub(crate) fn is_fed(&self) -> bool {
        self.fed
    }

    /// Until when no poll is to go out.
    pub(crate) fn pause(&self) -> Option<Instant> {
        self.pause
    }

    /// A poll that was asked at `asked` brought a task.
    pub(crate) fn filled(&mut self, asked: Instant, now: Instant) {
        let took = now - asked;
        let fastest = self.fastest.with(took, now);
        if took <= WAITED.min(fastest * 2 + GRAIN) {
            self.target = (self.target + 1).max(SOME).min(*self.bounds.end());
        }
        self.fed = true;
        self.works(asked);
    }

    /// A poll that was asked at `asked` came back without a task.
    ///
    /// Returns whether it was held at all.
    pub(crate) fn empty(&mut self, asked: Instant, now: Instant) -> bool {
        self.fed = false;
        let held = now - asked >= HASTY;
        if held {
            let fewest = *self.bounds.start();
            if self.target >= fewest {
                self.target = (self.target - 1).max(fewest);
            } else if self.raised.is_none_or(|raised| now - raised >= RAISE) {
                self.raised = Some(now);
                self.target += 1;
            }
            self.works(asked);
        } else if self.is_news(asked) {
            let delay = self.failed.next_delay();
            self.pause_for(delay, now);
        }
        held
    }

    /// A poll that was asked at `asked` failed.
    pub(crate) fn failed(&mut self, error: &ServiceError, asked: Instant, now: Instant) {
        if !self.is_news(asked) {
            return;
        }
        let delay = match error.disposition() {
            Disposition::Throttled => self.throttled.next_delay(),
            Disposition::Denied => self.denied.next_delay(),
            Disposition::Transient | Disposition::Gone | Disposition::Refused => {
                self.failed.next_delay()
            }
        };
        // Polls that no place is left for would only be refused again and again.
        let fewest = if error.is_too_many_polls() {
            1
        } else {
            (*self.bounds.start()).min(self.target)
        };
        self.target = (self.target / 2).max(fewest);
        self.raised = Some(now);
        self.pause_for(delay, now);
    }

    /// Whether a poll was asked after what was done last, so that its answer says something new.
    fn is_news(&self, asked: Instant) -> bool {
        self.settled.is_none_or(|settled| asked >= settled)
    }

    fn pause_for(&mut self, delay: Duration, now: Instant) {
        self.settled = Some(now);
        self.pause = Some(now + delay);
    }

    fn works(&mut self, asked: Instant) {
        if self.is_news(asked) && self.settled.take().is_some() {
            self.pause = None;
            self.throttled.reset();
            self.failed.reset();
            self.denied.reset();
        }
    }
}

impl Fastest {
    /// The fastest answer lately, this one included.
    fn with(&mut self, took: Duration, now: Instant) -> Duration {
        if self.since.is_none_or(|since| now - since > LATELY) {
            self.before = self.now.take();
            self.since = Some(now);
        }
        let fastest = self.now.map_or(took, |fastest| fastest.min(took));
        self.now = Some(fastest);
        self.before.map_or(fastest, |before| before.min(fastest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIP: Duration = Duration::from_millis(20);

    fn at(begun: Instant, milliseconds: u64) -> Instant {
        begun + Duration::from_millis(milliseconds)
    }

    fn throttled() -> ServiceError {
        ServiceError::new(Disposition::Throttled, "Rate exceeded")
    }

    #[test]
    fn polls_that_find_tasks_waiting_double_in_a_round_trip() {
        let mut gauge = Gauge::new(1..=100);
        let begun = Instant::now();
        assert_eq!(gauge.missing(), 1);
        let mut open = 1;
        for round in 0..6 {
            let asked = begun + TRIP * round;
            for _ in 0..open {
                gauge.filled(asked, asked + TRIP);
            }
            open += gauge.missing();
        }
        assert_eq!(open, 100, "1, 4, 8, … 64, and then the most");
    }

    #[test]
    fn polls_that_wait_for_their_tasks_do_not_grow() {
        let mut gauge = Gauge::new(1..=100);
        let begun = Instant::now();
        gauge.filled(begun, begun + TRIP);
        gauge.filled(begun, begun + TRIP);
        assert_eq!(gauge.missing(), 5);
        for second in 0..60 {
            let asked = at(begun, second * 1_000);
            gauge.filled(asked, at(asked, 300));
        }
        assert_eq!(gauge.missing(), 0);
    }

    #[test]
    fn polls_that_come_back_empty_are_let_go_down_to_the_fewest() {
        let mut gauge = Gauge::new(2..=100);
        let begun = Instant::now();
        for _ in 0..20 {
            gauge.filled(begun, begun + TRIP);
        }
        let mut loops = gauge.missing();
        assert_eq!(loops, 23);
        for _ in 0..23 {
            assert!(gauge.empty(begun, at(begun, 60_000)));
            loops -= usize::from(gauge.is_surplus());
        }
        assert_eq!(loops, 2);
        assert!(!gauge.is_surplus());
    }

    #[test]
    fn throttling_halves_once_however_many_polls_are_refused() {
        let mut gauge = Gauge::new(1..=100);
        let begun = Instant::now();
        for _ in 0..61 {
            gauge.filled(begun, begun + TRIP);
        }
        assert_eq!(gauge.missing(), 64);
        for refused in 0..64 {
            gauge.failed(&throttled(), at(begun, 100), at(begun, 120 + refused));
        }
        assert_eq!(gauge.target, 32);
        let pause = gauge.pause().unwrap() - at(begun, 120);
        assert!(pause <= Duration::from_millis(1_500), "{pause:?}");
        // One that was asked after the pause halves again.
        gauge.failed(&throttled(), at(begun, 5_000), at(begun, 5_020));
        assert_eq!(gauge.target, 16);
    }

    #[test]
    fn throttling_halves_once_even_if_polls_from_before_it_bring_tasks() {
        let mut gauge = Gauge::new(1..=100);
        let begun = Instant::now();
        for _ in 0..61 {
            gauge.filled(begun, begun + TRIP);
        }
        for answered in 0..32 {
            gauge.failed(&throttled(), at(begun, 100), at(begun, 120 + answered));
            gauge.filled(at(begun, 100), at(begun, 2_000));
        }
        assert_eq!(gauge.target, 32);
        assert!(gauge.pause().is_some(), "the pause stands");
        gauge.filled(at(begun, 3_000), at(begun, 9_000));
        assert!(gauge.pause().is_none());
    }

    #[test]
    fn empty_answers_at_once_make_the_pause_longer_only_one_by_one() {
        let mut gauge = Gauge::new(1..=100);
        let begun = Instant::now();
        for _ in 0..100 {
            assert!(!gauge.empty(begun, at(begun, 5)));
        }
        let pause = gauge.pause().unwrap() - at(begun, 5);
        assert!(pause <= Duration::from_millis(300), "{pause:?}");
    }

    #[test]
    fn an_activity_that_has_all_polls_it_may_have_is_asked_for_one_more_now_and_then() {
        let mut gauge = Gauge::new(100..=100);
        let begun = Instant::now();
        assert_eq!(gauge.missing(), 100);
        let error = throttled().with_too_many_polls();
        gauge.failed(&error, at(begun, 100), at(begun, 120));
        assert_eq!(gauge.target, 50, "below the fewest");
        for second in 60..90 {
            gauge.empty(at(begun, 1_000), at(begun, second * 1_000 + 200));
        }
        assert_eq!(gauge.target, 51);
        // Other throttling does not go below the fewest, nor up to them.
        gauge.failed(&throttled(), at(begun, 200_000), at(begun, 200_020));
        assert_eq!(gauge.target, 51);
    }

    #[test]
    fn throttling_and_other_errors_have_clocks_of_their_own() {
        let mut gauge = Gauge::new(1..=1);
        let begun = Instant::now();
        let mut now = begun;
        for _ in 0..10 {
            gauge.failed(&throttled(), now, now);
            now = gauge.pause().unwrap() + GRAIN;
        }
        let error = ServiceError::new(Disposition::Transient, "connection reset");
        gauge.failed(&error, now, now);
        let pause = gauge.pause().unwrap() - now;
        assert!(pause <= Duration::from_millis(300), "{pause:?}");
    }

    #[test]
    fn an_answer_that_is_empty_at_once_is_a_failure() {
        let mut gauge = Gauge::new(1..=1);
        let begun = Instant::now();
        assert!(!gauge.empty(begun, at(begun, 5)));
        assert!(gauge.pause().is_some());
        gauge.filled(at(begun, 1_000), at(begun, 1_020));
        assert!(gauge.pause().is_none());
    }
}
