//! What a worker did: counted while it runs, returned when it ends.

use std::collections::BTreeMap;
use std::fmt;
use std::process::{ExitCode, Termination};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ending::Ending;
use crate::name::ActivityName;
use crate::straggler::Straggler;

/// What a worker did, from start to end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Summary {
    /// What it did, by activity.
    pub activities: BTreeMap<ActivityName, Tally>,
    /// What became of outcomes that an earlier run had left in the outbox.
    pub resumed: Tally,
    /// The blocking handlers that were given up and still run: they end with the process.
    pub stragglers: Vec<Straggler>,
}

/// Counts of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Tally {
    /// Tasks taken from polls.
    pub received: u64,
    /// Tasks reported as succeeded.
    pub succeeded: u64,
    /// Tasks reported as failed.
    pub failed: u64,
    /// Those of them whose failure is benign: an ordinary result and no trouble.
    pub benign: u64,
    /// Tasks failed as `Worker.ShuttingDown`, for the state machine to retry.
    pub handed_back: u64,
    /// Tasks that the service no longer wanted.
    pub abandoned: u64,
    /// Reports whose answer was lost and whose repetition found the task closed.
    pub probably_delivered: u64,
    /// Tasks whose report the service never took, because the worker was aborted or the
    /// service refused every form of it.
    pub undelivered: u64,
}

/// The counters of one activity while the worker runs.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) received: AtomicU64,
    pub(crate) succeeded: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) benign: AtomicU64,
    pub(crate) handed_back: AtomicU64,
    pub(crate) abandoned: AtomicU64,
    pub(crate) probably_delivered: AtomicU64,
    pub(crate) undelivered: AtomicU64,
}

/// The counters of all activities; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tallies {
    activities: Arc<BTreeMap<ActivityName, Arc<Counters>>>,
    resumed: Arc<Counters>,
}

impl Summary {
    /// The counts over all activities, without those of an earlier run.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.activities
            .values()
            .fold(Tally::default(), |sum, tally| Tally {
                received: sum.received + tally.received,
                succeeded: sum.succeeded + tally.succeeded,
                failed: sum.failed + tally.failed,
                benign: sum.benign + tally.benign,
                handed_back: sum.handed_back + tally.handed_back,
                abandoned: sum.abandoned + tally.abandoned,
                probably_delivered: sum.probably_delivered + tally.probably_delivered,
                undelivered: sum.undelivered + tally.undelivered,
            })
    }

    /// Whether every task that was received was answered, or was no longer wanted.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.total().undelivered == 0 && self.resumed.undelivered == 0
    }

    /// How the run ended, in one word: the worst that happened to a task.
    #[must_use]
    pub fn ending(&self) -> Ending {
        let total = self.total();
        if !self.is_clean() || !self.stragglers.is_empty() {
            Ending::LeftBehind
        } else if total.handed_back > 0 {
            Ending::HandedBack
        } else {
            Ending::Done
        }
    }

    /// The exit code of a process that did nothing but run the worker; [`Ending`] lists them.
    ///
    /// A `main` may as well return the summary itself.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        self.ending().into()
    }
}

/// Ends the process with [`exit_code`](Summary::exit_code).
impl Termination for Summary {
    fn report(self) -> ExitCode {
        self.exit_code()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total();
        write!(
            f,
            "{} {}: {} succeeded, {} failed, {} handed back, {} no longer wanted",
            total.received,
            if total.received == 1 { "task" } else { "tasks" },
            total.succeeded,
            total.failed,
            total.handed_back,
            total.abandoned
        )?;
        if total.benign > 0 {
            write!(f, ", {} of the failures benign", total.benign)?;
        }
        if total.probably_delivered > 0 {
            write!(f, ", {} probably delivered", total.probably_delivered)?;
        }
        if total.undelivered > 0 {
            write!(f, ", {} not delivered", total.undelivered)?;
        }
        let resumed = self.resumed;
        if resumed.received > 0 {
            let reported = resumed.ended() - resumed.abandoned - resumed.undelivered;
            let all = resumed.received;
            write!(f, "; {reported} of {all} of an earlier run reported")?;
        }
        let stragglers = self.stragglers.len();
        if stragglers > 0 {
            write!(f, "; {stragglers} given up and still running")?;
        }
        Ok(())
    }
}

impl Tallies {
    pub(crate) fn new(activities: impl IntoIterator<Item = ActivityName>) -> Self {
        let activities = activities
            .into_iter()
            .map(|name| (name, Arc::default()))
            .collect();
        Self {
            activities: Arc::new(activities),
            resumed: Arc::default(),
        }
    }

    pub(crate) fn counters(&self, activity: &ActivityName) -> Arc<Counters> {
        let counters = self.activities.get(activity);
        counters.map(Arc::clone).unwrap_or_default()
    }

    /// The counters of what an earlier run has left.
    pub(crate) fn resumed(&self) -> Arc<Counters> {
        Arc::clone(&self.resumed)
    }

    pub(crate) fn summary(&self, stragglers: Vec<Straggler>) -> Summary {
        let activities = self
            .activities
            .iter()
            .map(|(name, counters)| (name.clone(), counters.tally()))
            .collect();
        Summary {
            activities,
            resumed: self.resumed.tally(),
            stragglers,
        }
    }

    /// The summary at the end: what is still in progress was given up, and will not be delivered.
    pub(crate) fn last_summary(&self, stragglers: Vec<Straggler>) -> Summary {
        let mut summary = self.summary(stragglers);
        let tallies = summary.activities.values_mut();
        for tally in tallies.chain([&mut summary.resumed]) {
            tally.undelivered += tally.in_progress();
        }
        summary
    }

    pub(crate) fn log(&self) {
        for (activity, counters) in &*self.activities {
            let tally = counters.tally();
            tracing::info!(
                %activity,
                in_progress = tally.in_progress(),
                succeeded = tally.succeeded,
                failed = tally.failed,
                benign = tally.benign,
                handed_back = tally.handed_back,
                abandoned = tally.abandoned,
                "activity state"
            );
        }
    }
}

impl Tally {
    /// Tasks that were received and are not answered yet; none when the run is over.
    #[must_use]
    pub fn in_progress(&self) -> u64 {
        self.received.saturating_sub(self.ended())
    }

    fn ended(&self) -> u64 {
        self.succeeded
            + self.failed
            + self.handed_back
            + self.abandoned
            + self.probably_delivered
            + self.undelivered
    }
}

impl Counters {
    fn tally(&self) -> Tally {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Tally {
            received: read(&self.received),
            succeeded: read(&self.succeeded),
            failed: read(&self.failed),
            benign: read(&self.benign),
            handed_back: read(&self.handed_back),
            abandoned: read(&self.abandoned),
            probably_delivered: read(&self.probably_delivered),
            undelivered: read(&self.undelivered),
        }
    }
}

/// Counts one more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
