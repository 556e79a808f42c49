//! The shell: runs state machines in this process, on the runtime's clock.
//!
//! An [`Engine`] keeps the state machines, the executions and the activities, carries out what
//! the machines ask for, and runs their timers. A machine is worked on by whoever brings it an
//! event: the caller who starts it, the poll that takes its task, the worker that reports, or
//! the one timer task. Nothing ticks and nothing scans.

mod activities;
mod builder;
mod calls;
mod clock;
mod counters;
mod delivery;
mod error;
mod execution;
mod express;
mod map_run;
mod map_runs;
mod own;
mod polls;
mod reports;
mod retention;
mod run;
mod service;
mod shared;
mod state_machine;
mod tags;
#[cfg(test)]
mod tests;
mod timers;

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

pub use self::builder::{BuildError, EngineBuilder};
pub use self::counters::Counters;
pub use self::error::{EngineError, ErrorCode};
pub(crate) use self::execution::StartRequest;
pub use self::execution::{ExecutionDescription, ExecutionStatus};
pub use self::map_runs::{MapRunCounts, MapRunDescription, MapRunStatus, MapRunUpdate};
pub use self::run::{EngineRun, RunError};
pub use self::service::EngineActivities;
use self::shared::Shared;
pub(crate) use self::state_machine::{NewStateMachine, Update, default_logging};
pub(crate) use self::tags::check_number;

/// An embedded Step Functions engine. Clones are handles of the same engine.
///
/// All time is the Tokio runtime's: with a paused clock a `Wait` of a year passes at once. The
/// engine ends with its last handle.
///
/// # Examples
///
/// ```
/// use sfn_local_engine::{Engine, ExecutionStatus};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let engine = Engine::new();
/// let machine = engine.create_state_machine(
///     "greet",
///     r#"{"StartAt": "Hi", "States": {"Hi": {"Type": "Pass", "Result": "hello", "End": true}}}"#,
/// )?;
/// let execution = engine.start_execution(&machine, None, "{}")?;
/// let end = engine.wait(&execution).await?;
/// assert_eq!(end.status, ExecutionStatus::Succeeded);
/// assert_eq!(end.output.as_deref(), Some(r#""hello""#));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
    /// The tasks that fire timers and conduct map runs; aborted when the last handle is dropped.
    _timers: Arc<JoinSet<()>>,
}

impl Engine {
    /// Builds an engine for account 123456789012 in us-east-1.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime, which runs the engine's timers.
    #[must_use]
    #[expect(
        clippy::expect_used,
        clippy::new_without_default,
        reason = "the caller's mistake, as with tokio::spawn; a default should not panic"
    )]
    pub fn new() -> Self {
        Self::builder()
            .build()
            .expect("an engine is built within a Tokio runtime")
    }

    /// Configures an engine.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::new()
    }

    /// The region in all ARNs.
    #[must_use]
    pub fn region(&self) -> &str {
        self.shared.place.region()
    }

    /// The account in all ARNs.
    #[must_use]
    pub fn account(&self) -> &str {
        self.shared.place.account()
    }

    /// The engine as the port of a worker in the same process.
    #[must_use]
    pub fn activity_service(&self) -> EngineActivities {
        EngineActivities::new(self.clone())
    }

    /// Answers the open polls now, and from now on every poll without waiting for a task.
    ///
    /// A worker that drains awaits its open polls, which are held up to 60 seconds. When its
    /// engine is about to end there is nothing to wait for: drain the worker first, then call
    /// this. A worker that is not draining would poll again and again.
    pub fn close_polls(&self) {
        self.shared.polls_closed.cancel();
    }

    /// Watches what the engine does, in numbers. Changes come together if they come faster
    /// than they are looked at.
    #[must_use]
    pub fn counters(&self) -> watch::Receiver<Counters> {
        self.shared.counters.subscribe()
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("region", &self.region())
            .field("account", &self.account())
            .finish_non_exhaustive()
    }
}
