//! The way out: the first signal finishes what is in progress, the second ends at once.
//!
//! ```text
//! signal ─▶ asked: no new executions, the worker drains ─▶ idle: what is still open is stopped
//! ```

use std::convert::Infallible;

use sfn_worker_core::{Phase, ShutdownHandle};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::problem::Problem;
use crate::target::Target;

/// Ends the worker and the pipeline. Clones end the same ones.
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    worker: ShutdownHandle,
    target: Target,
    asked: CancellationToken,
    idle: CancellationToken,
}

/// Listens for SIGINT and SIGTERM.
#[derive(Debug)]
pub(crate) struct Signals {
    stop: Stop,
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    pub(crate) fn new(worker: ShutdownHandle, target: Target) -> Self {
        Self {
            worker,
            target,
            asked: CancellationToken::new(),
            idle: CancellationToken::new(),
        }
    }

    /// Completes when a signal asks to stop.
    pub(crate) async fn asked(&self) {
        self.asked.cancelled().await;
    }

    /// Whether a signal asked to stop before everything was done.
    pub(crate) fn was_asked_for(&self) -> bool {
        self.asked.is_cancelled()
    }

    /// Completes when the worker has ended: what is open now, nobody works on.
    pub(crate) async fn idle(&self) {
        self.idle.cancelled().await;
    }

    /// Says that the worker has ended.
    pub(crate) fn worker_ended(&self) {
        self.idle.cancel();
    }

    /// Ends a worker for which there is nothing left to do.
    pub(crate) fn nothing_left(&self) {
        if self.target.holds_polls() && !self.idle.is_cancelled() {
            eprintln!(
                "waiting for open polls, which the service holds for up to 60 s and would give \
                 a task to if they were abandoned; Ctrl-C ends at once"
            );
        }
        self.drain();
    }

    fn drain(&self) {
        self.worker.drain();
        self.target.close_polls();
    }

    /// Acts on a signal.
    pub(crate) fn signalled(&self) {
        if self.worker.phase() > Phase::Running {
            eprintln!("ending at once: what is in progress is handed back");
            self.worker.abort();
            return;
        }
        let wait = if self.target.holds_polls() {
            ", and polls within 60 s"
        } else {
            ""
        };
        eprintln!("stopping: tasks in progress are finished{wait}; Ctrl-C again ends at once");
        self.asked.cancel();
        self.drain();
    }
}

impl Signals {
    /// Installs the signal handlers.
    pub(crate) fn install(stop: Stop) -> Result<Self, Problem> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                Problem::Service(format!("the system refuses a signal handler: {error}"))
            })
        };
        Ok(Self {
            stop,
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// Acts on signals for ever.
    pub(crate) async fn listen(&mut self) -> Infallible {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
            self.stop.signalled();
        }
    }
}
