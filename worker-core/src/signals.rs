//! Signals drive a [`ShutdownHandle`]: the first asks, the second insists.
//!
//! | signal | does |
//! |---|---|
//! | SIGTERM, SIGINT | [`drain`](ShutdownHandle::drain); the second one [`abort`](ShutdownHandle::abort) |
//! | SIGUSR1 | [`drain_early`](ShutdownHandle::drain_early), ahead of a stop that is only announced; SIGTERM stays a first signal |
//! | SIGHUP | [`log_state`](ShutdownHandle::log_state) |
//!
//! The library never ends the process; after [`Worker::run_until_signal`] the program goes on.

use std::fmt;
use std::io;

use futures_util::StreamExt as _;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook_tokio::Signals;

use crate::platform::Platform;
use crate::worker::{ShutdownHandle, Summary, Worker};

/// Listens for signals and drives a [`ShutdownHandle`] until it is dropped.
///
/// [`Worker::run_until_signal`] does this for you.
pub struct SignalListener {
    signals: Signals,
    shutdown: ShutdownHandle,
}

impl SignalListener {
    /// Installs the signal handlers.
    ///
    /// # Errors
    ///
    /// The operating system refused a handler.
    pub fn install(shutdown: ShutdownHandle) -> io::Result<Self> {
        Ok(Self {
            signals: Signals::new([SIGTERM, SIGINT, SIGUSR1, SIGHUP])?,
            shutdown,
        })
    }

    /// Acts on signals for ever.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a signal that was not acted on yet is acted on by the next call.
    pub async fn listen(&mut self) {
        while let Some(signal) = self.signals.next().await {
            match signal {
                SIGHUP => self.shutdown.log_state(),
                SIGUSR1 => self.shutdown.drain_early(),
                _ if self.shutdown.stopping().is_cancelled() => self.shutdown.abort(),
                _ => self.shutdown.drain(),
            }
        }
        // The stream ends when its handle is closed, which only the drop below does.
        std::future::pending::<()>().await;
    }
}

impl fmt::Debug for SignalListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignalListener")
            .field("shutdown", &self.shutdown)
            .finish_non_exhaustive()
    }
}

impl Drop for SignalListener {
    fn drop(&mut self) {
        self.signals.handle().close();
    }
}

impl Worker {
    /// Runs until a signal says to stop and everything it held is answered for: SIGTERM or
    /// SIGINT drains, a second one aborts, SIGUSR1 drains early, SIGHUP writes the worker's state
    /// to the log.
    ///
    /// The [`platform`](crate::platform) is asked how long a drain may take, and told how the
    /// worker is.
    ///
    /// # Errors
    ///
    /// The operating system refused a signal handler; the worker was not started.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe, as [`run`](Self::run) is not.
    pub async fn run_until_signal(self) -> io::Result<Summary> {
        // First of all: a signal that comes while the platform is asked is acted on later.
        let listener = SignalListener::install(self.shutdown_handle())?;
        let platform = Platform::detect().await;
        Ok(self.run_until(listener, &platform).await)
    }

    /// Runs as [`run_until_signal`](Self::run_until_signal) does, on a platform that the program
    /// has looked at before.
    ///
    /// # Errors
    ///
    /// The operating system refused a signal handler; the worker was not started.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe, as [`run`](Self::run) is not.
    pub async fn run_until_signal_on(self, platform: &Platform) -> io::Result<Summary> {
        let listener = SignalListener::install(self.shutdown_handle())?;
        Ok(self.run_until(listener, platform).await)
    }

    async fn run_until(self, mut listener: SignalListener, platform: &Platform) -> Summary {
        let listening = async {
            listener.listen().await;
            std::future::pending().await
        };
        tokio::select! {
            summary = self.run_on(platform) => summary,
            never = listening => never,
        }
    }
}

#[cfg(test)]
mod tests {
    use signal_hook::low_level::raise;
    use tokio::time::timeout;

    use super::*;
    use crate::worker::Phase;

    /// Signals belong to the process, so one test goes through them in order.
    #[tokio::test]
    async fn signals_drain_early_then_drain_then_abort_and_a_hang_up_only_logs() {
        let shutdown = ShutdownHandle::new(Default::default(), Default::default());
        let mut listener = SignalListener::install(shutdown.clone()).unwrap();
        let mut after = async |signal, phase: Phase| {
            raise(signal).unwrap();
            let acted = async {
                while shutdown.phase() != phase {
                    tokio::task::yield_now().await;
                }
            };
            let acting = async {
                tokio::select! {
                    () = listener.listen() => {}
                    () = acted => {}
                }
            };
            timeout(std::time::Duration::from_secs(30), acting)
                .await
                .unwrap();
        };
        after(SIGHUP, Phase::Running).await;
        after(SIGUSR1, Phase::DrainingEarly).await;
        after(SIGUSR1, Phase::DrainingEarly).await;
        after(SIGTERM, Phase::Draining).await;
        after(SIGUSR1, Phase::Draining).await;
        after(SIGHUP, Phase::Draining).await;
        after(SIGINT, Phase::Aborting).await;
    }
}
