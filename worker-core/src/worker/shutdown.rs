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
    quiet: CancellationToken,
    draining: CancellationToken,
    leaving: CancellationToken,
    aborting: CancellationToken,
    tallies: Tallies,
}

impl ShutdownHandle {
    pub(crate) fn new(tallies: Tallies) -> Self {
        let shared = Shared {
            quiet: CancellationToken::new(),
            draining: CancellationToken::new(),
            leaving: CancellationToken::new(),
            aborting: CancellationToken::new(),
            tallies,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Finishes what the worker holds and starts nothing new.
    ///
    /// Polls in flight are awaited, since the service may already have given them a task.
    pub fn drain(&self) {
        if !self.shared.draining.is_cancelled() {
            tracing::info!("draining: no new polls, tasks in progress go on");
            self.shared.quiet.cancel();
            self.shared.draining.cancel();
        }
    }

    /// Starts no new polls, ahead of a stop that is only announced.
    ///
    /// Tasks in progress have all the time they need; the worker ends when nothing is left. A
    /// [`drain`](Self::drain) that follows starts the clock of grace period and stop window.
    pub fn drain_early(&self) {
        if !self.shared.quiet.is_cancelled() {
            tracing::info!("draining early: no new polls, tasks in progress have no limit of time");
            self.shared.quiet.cancel();
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
        self.shared.quiet.cancel();
        self.shared.draining.cancel();
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
        } else if self.shared.draining.is_cancelled() {
            Phase::Draining
        } else if self.shared.quiet.is_cancelled() {
            Phase::DrainingEarly
        } else {
            Phase::Running
        }
    }

    /// What the worker has done so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.shared.tallies.summary()
    }

    /// Writes the state of the worker to the log: its phase, and for each activity the tasks
    /// in progress and those that are done.
    pub fn log_state(&self) {
        tracing::info!(phase = ?self.phase(), "worker state");
        self.shared.tallies.log();
    }

    /// Cancelled when no new polls are to be started.
    pub(crate) fn quiet(&self) -> &CancellationToken {
        &self.shared.quiet
    }

    /// Cancelled when the time for a drain begins to run.
    pub(crate) fn draining(&self) -> &CancellationToken {
        &self.shared.draining
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
        self.shared.quiet.cancel();
        self.shared.draining.cancel();
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
