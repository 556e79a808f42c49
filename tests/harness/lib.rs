//! The harness of the end-to-end tests: activities to run, and a worker under way.

pub mod activities;
mod endpoint;
mod gate;
mod rig;
mod stage;
mod trap;

pub use endpoint::Endpoint;
pub use gate::Gate;
pub use rig::Rig;
pub use stage::{Offered, Stage};
pub use trap::{TrapService, Trapped};

use std::sync::Once;
use std::time::Duration;

use sfn_worker_core::{ShutdownHandle, Summary, WorkerBuilder};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// No test waits longer than this, in virtual time.
const PATIENCE: Duration = Duration::from_secs(24 * 3_600);

/// What a handler says that panics because it was told to.
pub(crate) const EXPECTED_PANIC: &str = "this panic was asked for";

/// Keeps the panics that handlers were told to have from the output.
pub fn quiet_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic.payload_as_str() != Some(EXPECTED_PANIC) {
                previous(panic);
            }
        }));
    });
}

/// A worker that runs beside a test and ends with it.
#[derive(Debug)]
pub struct Running {
    /// What stops the worker.
    pub shutdown: ShutdownHandle,
    worker: JoinSet<Summary>,
}

impl Running {
    /// Starts a worker.
    ///
    /// # Panics
    ///
    /// The worker does not build.
    #[must_use]
    pub fn start(builder: WorkerBuilder) -> Self {
        let worker = builder.build().unwrap_or_else(|error| panic!("{error}"));
        let shutdown = worker.shutdown_handle();
        let mut running = JoinSet::new();
        running.spawn(worker.run());
        Self {
            shutdown,
            worker: running,
        }
    }

    /// Drains the worker and returns what it did.
    ///
    /// # Panics
    ///
    /// The worker does not end.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the worker goes on to drain.
    pub async fn drain(self) -> Summary {
        self.shutdown.drain();
        self.ended().await
    }

    /// Waits until the worker has ended.
    ///
    /// # Panics
    ///
    /// The worker does not end.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only waits.
    pub async fn ended(mut self) -> Summary {
        match bounded(self.worker.join_next()).await {
            Some(Ok(summary)) => summary,
            other => panic!("the worker ended with {other:?}"),
        }
    }

    /// Whether the worker has ended.
    pub fn has_ended(&mut self) -> bool {
        self.worker.try_join_next().is_some()
    }
}

/// Waits for something that must happen, within a day of virtual time.
///
/// # Panics
///
/// It does not happen.
///
/// # Cancel safety
///
/// As cancel safe as what it waits for.
pub async fn bounded<T>(wait: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, wait).await {
        Ok(value) => value,
        Err(_) => panic!("nothing happened for a day of virtual time"),
    }
}
