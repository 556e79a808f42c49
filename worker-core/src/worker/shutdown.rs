//! Running → DrainingEarly → Draining → Leaving → Aborting; each can be left out but the last.
//!
//! | phase | entered by | polls | runs | reports |
//! |---|---|---|---|---|
//! | Running | start | poll | go on | repeated until answered |
//! | DrainingEarly | `drain_early` | those in flight are awaited, no new ones | go on, with no limit of time | repeated |
//! | Draining | `drain`, the first signal | the same | go on within grace period and stop window | repeated |
//! | Leaving | grace over, stop window nearly over | still awaited; what they bring is handed back | cancelled and handed back | repeated |
//! | Aborting | `abort`, the second signal, stop window over | dropped | cancelled and handed back | one attempt |
//!
//! Heartbeats go on as long as a task is held.

use std::fmt;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::summary::{Summary, Tallies};
use crate::departure::Departure;
use crate::straggler::{Straggler, Stragglers};

/// How far a worker has come on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Phase {
    /// It polls and runs tasks.
    Running,
    /// It starts no new polls and lets tasks finish, however long they take.
    DrainingEarly,
    /// It starts no new polls and lets tasks finish in the time that is left.
    Draining,
    /// It hands back the tasks that are not finished.
    Leaving,
    /// It stops at once.
    Aborting,
}

/// Stops a worker from outside; clones stop the same worker.
///
/// # Examples
///
/// ```
/// # use sfn_worker_core::{Worker, activity, testing::ScriptedService};
/// # #[activity]
/// # async fn greet(name: String) -> Result<String, std::convert::Infallible> { Ok(name) }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), sfn_worker_core::BuildError> {
/// let worker = Worker::builder(ScriptedService::new()).activity::<greet>().build()?;
/// let handle = worker.shutdown_handle();
/// handle.drain();
/// worker.run().await; // returns when nothing is left to do
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ShutdownHandle {
    shared: Arc<Shared>,
}

struct Shared {
    /// Begun when the worker drains, early or not.
    departure: Departure,
    /// The worker was told to stop: time runs against it.
    stopping: CancellationToken,
    leaving: CancellationToken,
    aborting: CancellationToken,
    tallies: Tallies,
    stragglers: Stragglers,
}

impl ShutdownHandle {
    pub(crate) fn new(tallies: Tallies, stragglers: Stragglers) -> Self {
        let shared = Shared {
            departure: Departure::default(),
            stopping: CancellationToken::new(),
            leaving: CancellationToken::new(),
            aborting: CancellationToken::new(),
            tallies,
            stragglers,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Finishes what the worker holds and starts nothing new.
    ///
    /// Polls in flight are awaited, since the service may already have given them a task.
    pub fn drain(&self) {
        if !self.shared.stopping.is_cancelled() {
            tracing::info!("draining: no new polls, tasks in progress go on");
        }
        self.shared.departure.begin();
        self.shared.stopping.cancel();
    }

    /// Drains before the worker is told to stop, for instance when the platform has announced
    /// that it will be: no new polls, and tasks in progress have all the time they need until
    /// [`drain`](Self::drain) is called. A worker that holds nothing more ends.
    pub fn drain_early(&self) {
        if !self.draining().is_cancelled() {
            tracing::info!("draining early: no new polls, tasks in progress go on without a limit");
            self.shared.departure.begun().cancel();
        }
    }

    /// Stops now: drops the polls in flight and hands back every task that is not finished.
    ///
    /// A task that the service gives to a dropped poll is lost until its time-out; prefer
    /// [`drain`](Self::drain).
    pub fn abort(&self) {
        if !self.shared.aborting.is_cancelled() {
            tracing::warn!("aborting: tasks in progress are handed back");
        }
        self.shared.departure.begin();
        self.shared.stopping.cancel();
        self.shared.leaving.cancel();
        self.shared.aborting.cancel();
    }

    /// How far the worker has come on its way out.
    #[must_use]
    pub fn phase(&self) -> Phase {
        if self.shared.aborting.is_cancelled() {
            Phase::Aborting
        } else if self.shared.leaving.is_cancelled() {
            Phase::Leaving
        } else if self.shared.stopping.is_cancelled() {
            Phase::Draining
        } else if self.draining().is_cancelled() {
            Phase::DrainingEarly
        } else {
            Phase::Running
        }
    }

    /// What the worker has done so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.shared.tallies.summary(self.stragglers())
    }

    /// The blocking handlers that were given up and still run.
    #[must_use]
    pub fn stragglers(&self) -> Vec<Straggler> {
        self.shared.stragglers.all()
    }

    /// Writes the state of the worker to the log: its phase, for each activity the tasks in
    /// progress and those that are done, and the handlers that were given up and still run.
    pub fn log_state(&self) {
        tracing::info!(phase = ?self.phase(), "worker state");
        self.shared.tallies.log();
        for straggler in self.stragglers() {
            tracing::info!(
                activity = %straggler.activity,
                task = straggler.task,
                reason = %straggler.reason,
                since = ?straggler.since.elapsed(),
                "a handler that was given up still runs"
            );
        }
    }

    /// Cancelled when the worker begins to drain, early or not.
    pub(crate) fn draining(&self) -> &CancellationToken {
        self.shared.departure.begun()
    }

    /// Cancelled when the worker is told to stop and time runs against it.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.shared.stopping
    }

    /// What the tasks in progress see of it.
    pub(crate) fn departure(&self) -> &Departure {
        &self.shared.departure
    }

    /// Cancelled when unfinished tasks must be handed back.
    pub(crate) fn leaving(&self) -> &CancellationToken {
        &self.shared.leaving
    }

    /// Cancelled when everything must stop.
    pub(crate) fn aborting(&self) -> &CancellationToken {
        &self.shared.aborting
    }

    pub(crate) fn leave(&self) {
        if !self.shared.leaving.is_cancelled() {
            tracing::warn!("no time left: tasks in progress are handed back");
        }
        self.shared.departure.begin();
        self.shared.stopping.cancel();
        self.shared.leaving.cancel();
    }
}

impl fmt::Debug for ShutdownHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShutdownHandle")
            .field("phase", &self.phase())
            .finish()
    }
}
