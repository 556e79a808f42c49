//! What one phase of a simulation comes to.

use std::fmt;
use std::time::Duration;

use crate::account::State;
use crate::ledger::{Calls, Ledger};

/// The figures of one phase.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) phase: &'static str,
    pub(crate) took: Duration,
    /// Polls a second that the service took, and how many in its busiest second.
    pub(crate) accepted: f64,
    pub(crate) busiest: u32,
    /// Polls a second that were throttled.
    pub(crate) throttled: f64,
    /// The share of polls that were throttled, and of those in the last third of the phase.
    pub(crate) refused: f64,
    pub(crate) refused_late: f64,
    pub(crate) too_many: u32,
    pub(crate) reports_refused: u32,
    /// Open polls of an activity: their mean, the fewest at a time of any activity, the most,
    /// and how far their sum strays from its mean, as a part of it.
    pub(crate) open: f64,
    pub(crate) fewest_open: usize,
    pub(crate) most_open: usize,
    pub(crate) swing: f64,
    pub(crate) tasks: usize,
    /// Tasks a second until the last one was in a worker.
    pub(crate) rate: f64,
    pub(crate) median_wait: Duration,
    pub(crate) p99_wait: Duration,
    pub(crate) longest_wait: Duration,
    /// The longest time in which tasks of an activity waited and none of them was taken.
    pub(crate) starved: Duration,
    /// Tasks that still wait.
    pub(crate) left: usize,
}

/// Open polls, looked at once a second.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    sums: Vec<f64>,
    fewest: Option<usize>,
    most: usize,
    activities: usize,
}

impl Samples {
    pub(crate) fn take(&mut self, state: &State) {
        let open = || state.lines.iter().map(|line| line.open);
        self.activities = state.lines.len();
        self.sums.push(float(open().sum()));
        self.fewest = self.fewest.into_iter().chain(open()).min();
        self.most = self.most.max(open().max().unwrap_or_default());
    }

    fn mean(&self) -> f64 {
        self.sums.iter().sum::<f64>() / float(self.sums.len().max(1))
    }

    fn swing(&self) -> f64 {
        let mean = self.mean();
        let squares = self.sums.iter().map(|sum| (sum - mean).powi(2));
        let variance = squares.sum::<f64>() / float(self.sums.len().max(1));
        if mean > 0.0 {
            variance.sqrt() / mean
        } else {
            0.0
        }
    }
}

impl Figures {
    pub(crate) fn of(
        phase: &'static str,
        took: Duration,
        state: &mut State,
        samples: &Samples,
    ) -> Self {
        let ledger: &mut Ledger = &mut state.ledger;
        ledger.waits.sort_unstable();
        let waits = &ledger.waits;
        let last = ledger.seconds.len() * 2 / 3;
        let accepted: u32 = ledger.seconds.iter().map(|calls| calls.accepted).sum();
        let refused: u32 = ledger.seconds.iter().map(|calls| calls.refused).sum();
        Self {
            phase,
            took,
            accepted: f64::from(accepted) / took.as_secs_f64(),
            busiest: (ledger.seconds.iter().map(|calls| calls.accepted).max()).unwrap_or_default(),
            throttled: f64::from(refused) / took.as_secs_f64(),
            refused: share(&ledger.seconds),
            refused_late: share(&ledger.seconds[last..]),
            too_many: ledger.too_many,
            reports_refused: ledger.reports_refused,
            open: samples.mean() / float(samples.activities.max(1)),
            fewest_open: samples.fewest.unwrap_or_default(),
            most_open: samples.most,
            swing: samples.swing(),
            tasks: waits.len(),
            rate: float(waits.len()) / ledger.until_last_pick_up().as_secs_f64().max(0.001),
            median_wait: part(waits, 0.5),
            p99_wait: part(waits, 0.99),
            longest_wait: part(waits, 1.0),
            starved: (state.lines.iter().map(|line| line.starved).max()).unwrap_or_default(),
            left: state.lines.iter().map(|line| line.waiting()).sum(),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<13} {:>6.1}s {:>6.1}/s {:>5} {:>6.1}/s {:>5.1}% {:>5.1}% {:>6} {:>6} {:>7.1} {:>4} {:>5} {:>5.1}% {:>6} {:>6.0}/s {:>8} {:>8} {:>8} {:>8} {:>5}",
            self.phase,
            self.took.as_secs_f64(),
            self.accepted,
            self.busiest,
            self.throttled,
            self.refused * 100.0,
            self.refused_late * 100.0,
            self.too_many,
            self.reports_refused,
            self.open,
            self.fewest_open,
            self.most_open,
            self.swing * 100.0,
            self.tasks,
            self.rate,
            shown(self.median_wait),
            shown(self.p99_wait),
            shown(self.longest_wait),
            shown(self.starved),
            self.left,
        )
    }
}

/// The names of the columns that a line of figures has.
pub(crate) const HEADINGS: &str = "phase            took    taken  peak  refused  share  late >1000 reports    open  min   max swing   tasks    rate    median      p99      max  starved  left";

fn shown(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1_000.0)
    } else {
        format!("{seconds:.1} s")
    }
}

/// The share of refused polls.
fn share(seconds: &[Calls]) -> f64 {
    let refused: u32 = seconds.iter().map(|calls| calls.refused).sum();
    let accepted: u32 = seconds.iter().map(|calls| calls.accepted).sum();
    f64::from(refused) / f64::from((refused + accepted).max(1))
}

/// The wait that a part of the sorted waits does not exceed.
fn part(sorted: &[Duration], part: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of a length is a length"
    )]
    let index = (float(sorted.len()) * part) as usize;
    sorted
        .get(index.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

pub(crate) fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
