//! How fast the whole worker polls: without a limit until the service throttles.
//!
//! The service counts calls for the account, so every worker of a fleet and every activity of a
//! worker drink from the same bucket. A throttled worker slows to a part of the rate that it
//! had, comes back to that rate, stays near it for a while, and only then asks for more: the
//! curve of TCP's CUBIC, in units of the rate itself so that it works for a hundred polls a
//! second as for one a minute. A fleet settles at its shares instead of swinging between storm
//! and silence.
//!
//! Turns go first to activities that had a task last time: where a fleet has so many idle polls
//! that they use up the quota, a burst must not wait until every idle activity had its poll.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The part of the rate that is left after throttling.
const CUT: f64 = 0.7;
/// In how many polls a worker comes back to the rate that was throttled. Each way back costs
/// about one refused poll, so this is what keeps their share small.
const RECOVERY: f64 = 30.0;
/// How long that takes at least and at most, in seconds.
const SOONEST: f64 = 5.0;
const LATEST: f64 = 90.0;
/// What a poll that brings a task does to the rate when nothing was throttled since the rate
/// came back: a worker that was slowed by others does not stay slow when it has work to do.
const PROBE: f64 = 1.3;
/// A rate up to this, in polls a second, is not cut unless a poll was taken since the last time.
/// When none is, somebody else uses up the quota: to be still slower would not help, and it
/// would take minutes to come back.
const MODEST: f64 = 1.0;
/// A worker is never slower than this many polls a second.
const SLOWEST: f64 = 0.02;
/// A rate that is so many times what is used is no limit any more.
const FREE: f64 = 8.0;
/// Of so many turns in a row, one goes to an activity that had no task last time.
const SHARE: u32 = 4;

/// How much the latest report weighs in the share of those that are throttled.
const REPORT: f64 = 0.02;
/// Polling does not slow for a smaller share than this. Reports press back by themselves: each
/// waits longer every time, and while too many wait, no task is taken. Calls have buckets of
/// their own, too: what a report is told says little about polls.
const MANY: f64 = 0.5;

/// The longest nap between two looks at the rate, which grows meanwhile.
const NAP: Duration = Duration::from_secs(1);

/// The pace of the polls of one worker; its activities share it.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    state: Mutex<State>,
    /// Who holds it is the next of its kind to poll; those who wait are served in order.
    fed: tokio::sync::Mutex<()>,
    idle: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    used: Used,
    last: Option<Instant>,
    limit: Option<Limit>,
    /// The share of reports that are throttled, averaged over the last fifty or so.
    reports_throttled: f64,
    /// Polls since the last cut.
    polls: u32,
    /// Whether somebody waits for a turn, with a task last time or without.
    fed_waits: bool,
    idle_waits: bool,
    /// How many turns in a row went to those who had a task.
    in_a_row: u32,
}

/// Polls a second, averaged over a short and a long span: a burst is over before the long one
/// knows of it, and a slow worker polls too seldom for the short one.
#[derive(Debug, Default)]
struct Used {
    short: f64,
    long: f64,
}

#[derive(Debug)]
struct Limit {
    /// The rate at which the service throttled.
    throttled_at: f64,
    cut: Instant,
    /// How often the rate was raised by [`PROBE`], as a factor.
    probed: f64,
}

/// The first of its kind in the queue, as long as it waits.
struct First<'a> {
    pace: &'a Pace,
    fed: bool,
}

impl Pace {
    /// Waits until it is time for the next poll of an activity, which had a task last time if it
    /// is `fed`.
    ///
    /// Cancel safe: nothing is counted until it returns.
    pub(crate) async fn turn(&self, fed: bool) {
        if self.lock().is_free() {
            return;
        }
        let line = if fed { &self.fed } else { &self.idle };
        let _head = line.lock().await;
        let _first = First::new(self, fed);
        loop {
            let now = Instant::now();
            let Some(at) = self.lock().turn(now, fed) else {
                return;
            };
            sleep_until(at.min(now + NAP)).await;
        }
    }

    /// Notes that a poll brought a task.
    pub(crate) fn filled(&self) {
        self.lock().filled(Instant::now());
    }

    /// Notes that the service throttled a poll that was made at `asked`.
    pub(crate) fn throttled(&self, asked: Instant) {
        self.lock().throttled(asked, Instant::now());
    }

    /// Notes that the service took a report.
    pub(crate) fn report_taken(&self) {
        self.lock().reports_throttled *= 1.0 - REPORT;
    }

    /// Notes that the service throttled a report that was made at `asked`.
    pub(crate) fn report_throttled(&self, asked: Instant) {
        self.lock().report_throttled(asked, Instant::now());
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

    /// Counts a poll if it may go out now, or says when to ask again.
    fn turn(&mut self, now: Instant, fed: bool) -> Option<Instant> {
        if let Some(limit) = &self.limit {
            let rate = limit.rate(now);
            let spacing = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(NAP);
            let at = self.last.map_or(now, |last| last + spacing);
            if at > now {
                return Some(at);
            }
            let (other_waits, others_turn) = if fed {
                (self.idle_waits, self.in_a_row + 1 >= SHARE)
            } else {
                (self.fed_waits, self.in_a_row + 1 < SHARE)
            };
            if other_waits && others_turn {
                return Some(now + spacing.max(Duration::from_millis(1)));
            }
            if rate > FREE * self.used.rate().max(1.0) {
                self.limit = None;
            }
        }
        self.in_a_row = if fed { self.in_a_row + 1 } else { 0 };
        self.count(now);
        None
    }

    fn count(&mut self, now: Instant) {
        self.used.count(self.last, now);
        self.polls = self.polls.saturating_add(1);
        self.last = Some(now);
    }

    fn filled(&mut self, now: Instant) {
        if let Some(limit) = &mut self.limit
            && now >= limit.back()
        {
            limit.probed *= PROBE;
        }
    }

    fn report_throttled(&mut self, asked: Instant, now: Instant) {
        self.reports_throttled += (1.0 - self.reports_throttled) * REPORT;
        if self.reports_throttled < MANY {
            return;
        }
        match &mut self.limit {
            Some(limit) if now < limit.back() || asked <= limit.cut => {}
            // The same way once more, from the same height: reports press back by themselves
            // where they cannot get through, and must not bring polling down step by step.
            Some(limit) => {
                limit.throttled_at = limit.throttled_at.max(self.used.rate());
                limit.cut = now;
                limit.probed = 1.0;
                self.polls = 0;
            }
            None => self.throttled(asked, now),
        }
    }

    fn throttled(&mut self, asked: Instant, now: Instant) {
        let rate = match &self.limit {
            // What was asked before the last cut says nothing about the rate after it, and
            // without a poll that rate was not tried.
            Some(limit) if asked <= limit.cut || self.polls == 0 => return,
            // A limit that is not used up would not be felt if it were cut.
            Some(limit) => limit.rate(now).min(self.used.rate()),
            None => self.used.rate(),
        };
        // The only poll since the last cut is the one that was throttled.
        let in_vain = self.limit.is_some() && self.polls == 1;
        let holds = in_vain && rate <= MODEST;
        self.polls = 0;
        self.limit = Some(Limit {
            throttled_at: if holds { rate / CUT } else { rate }.max(SLOWEST / CUT),
            cut: now,
            probed: 1.0,
        });
    }
}

impl Used {
    const SHORT: f64 = 1.0;
    const LONG: f64 = 10.0;

    fn count(&mut self, last: Option<Instant>, now: Instant) {
        let since = last.map_or(Self::LONG, |last| (now - last).as_secs_f64());
        self.short = self.short * (-since / Self::SHORT).exp() + 1.0 / Self::SHORT;
        self.long = self.long * (-since / Self::LONG).exp() + 1.0 / Self::LONG;
    }

    /// The larger one; at least one a second just after a poll.
    fn rate(&self) -> f64 {
        self.short.max(self.long)
    }
}

impl Limit {
    /// Polls a second at a time, at or after the cut.
    fn rate(&self, at: Instant) -> f64 {
        let since = at.saturating_duration_since(self.cut).as_secs_f64();
        let recovery = self.recovery();
        let bend = (since - recovery) / recovery;
        self.throttled_at * (1.0 + (1.0 - CUT) * bend.powi(3)) * self.probed
    }

    /// When the rate is back at what was throttled.
    fn back(&self) -> Instant {
        self.cut + Duration::try_from_secs_f64(self.recovery()).unwrap_or_default()
    }

    /// Seconds.
    fn recovery(&self) -> f64 {
        (RECOVERY / self.throttled_at).clamp(SOONEST, LATEST)
    }
}

impl<'a> First<'a> {
    fn new(pace: &'a Pace, fed: bool) -> Self {
        let first = Self { pace, fed };
        first.waits(true);
        first
    }

    fn waits(&self, waits: bool) {
        let mut state = self.pace.lock();
        let one = if self.fed {
            &mut state.fed_waits
        } else {
            &mut state.idle_waits
        };
        *one = waits;
    }
}

impl Drop for First<'_> {
    fn drop(&mut self) {
        self.waits(false);
    }
}

#[cfg(test)]
mod tests;
