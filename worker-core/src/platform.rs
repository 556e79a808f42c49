//! Where the worker runs: who stops it, after what time it is killed, and whom it tells how it is.
//!
//! | host | recognised by | what it gives |
//! |---|---|---|
//! | systemd, `Type=notify` | `NOTIFY_SOCKET` | a stop window that is as long as the drain; readiness, status and watchdog |
//! | ECS | `ECS_CONTAINER_METADATA_URI_V4` | the launch type, a worker name, word of a stop before the signal (feature `ecs`) |
//! | Kubernetes, systemd without notifications | their variables | what to set, in the warning about the window |
//!
//! [`Worker::run_until_signal`](crate::Worker::run_until_signal) does all of this by itself. A
//! program with signals of its own calls [`Worker::run_on`].

mod attend;
#[cfg(feature = "ecs")]
mod ecs;
mod notify;
pub(crate) mod window;

use std::ffi::OsString;
use std::time::Duration;

use self::notify::{Notice, Notifier};
use crate::name::WorkerName;
use crate::worker::{ShutdownHandle, Summary, Worker};

pub use self::window::{Host, StopWindow};

/// How often ECS is asked whether it stops the task, unless something else is said.
const WATCH_EVERY: Duration = Duration::from_secs(5);

/// Where a worker runs, as far as its environment tells.
///
/// # Examples
///
/// A program that listens for its own stop requests:
///
/// ```
/// use sfn_worker_core::platform::Platform;
/// use sfn_worker_core::{Worker, activity, testing::ScriptedService};
///
/// #[activity]
/// async fn greet(name: String) -> Result<String, std::convert::Infallible> {
///     Ok(format!("hello {name}"))
/// }
/// # async fn told_to_stop() {}
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), sfn_worker_core::BuildError> {
/// let platform = Platform::detect().await;
/// let mut builder = Worker::builder(ScriptedService::new()).activity::<greet>();
/// if let Some(name) = platform.worker_name() {
///     builder = builder.name(name.as_str()); // the id of the ECS task
/// }
/// let worker = builder.build()?;
/// let shutdown = worker.shutdown_handle();
///
/// let (summary, ()) = tokio::join!(worker.run_on(&platform), async {
///     told_to_stop().await;
///     shutdown.drain();
/// });
/// assert!(summary.is_clean());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Platform {
    host: Host,
    notifier: Option<Notifier>,
    #[cfg(feature = "ecs")]
    ecs: Option<ecs::Ecs>,
    watch_every: Option<Duration>,
}

impl Platform {
    /// Looks at the environment of the process and, on ECS, asks the metadata endpoint, for up
    /// to 2 seconds.
    ///
    /// Nothing that it does not find is an error.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only reads.
    pub async fn detect() -> Self {
        Self::detect_from(|variable| std::env::var_os(variable)).await
    }

    /// Like [`detect`](Self::detect), with variables from elsewhere.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only reads.
    pub async fn detect_from(variables: impl Fn(&str) -> Option<OsString>) -> Self {
        let notifier = Notifier::from_variables(&variables);
        let host = Host::from_variables(&variables, notifier.is_some());
        let platform = Self {
            host,
            notifier,
            #[cfg(feature = "ecs")]
            ecs: None,
            watch_every: Some(WATCH_EVERY),
        };
        #[cfg(feature = "ecs")]
        let platform = platform.ask_ecs(&variables).await;
        platform
    }

    /// A platform of which nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            host: Host::Unknown,
            notifier: None,
            #[cfg(feature = "ecs")]
            ecs: None,
            watch_every: None,
        }
    }

    /// Sets how often ECS is asked whether it stops the task, for an early drain; `None` for
    /// never. The default is 5 seconds.
    #[must_use]
    pub fn with_watch(mut self, every: Option<Duration>) -> Self {
        self.watch_every = every.map(|every| every.max(Duration::from_millis(1)));
        self
    }

    /// What started the process and will stop it.
    #[must_use]
    pub fn host(&self) -> Host {
        self.host
    }

    /// A name by which the worker is found again: cluster and id of the ECS task, or the id
    /// alone where both are too long.
    #[must_use]
    pub fn worker_name(&self) -> Option<WorkerName> {
        #[cfg(feature = "ecs")]
        let name = self.ecs.as_ref().and_then(ecs::Ecs::worker_name);
        #[cfg(not(feature = "ecs"))]
        let name = None;
        name
    }

    /// The time between stop signal and kill, where `configured` is what the program was told.
    #[must_use]
    pub fn stop_window(&self, configured: Option<Duration>) -> StopWindow {
        StopWindow::new(configured).on(self.host)
    }

    /// Tells the platform how the worker is and listens to it, for ever.
    ///
    /// systemd is told that the worker is ready, what it does, and in a drain that it needs more
    /// time. When ECS says that it stops the task, the worker drains early.
    /// [`Worker::run_on`] does this beside the run.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: what was told stays told.
    pub async fn attend(&self, shutdown: &ShutdownHandle) {
        tokio::join!(self.tell(shutdown), self.watch(shutdown));
        std::future::pending::<()>().await;
    }

    async fn tell(&self, shutdown: &ShutdownHandle) {
        if let Some(notifier) = &self.notifier {
            attend::tell(notifier, shutdown).await;
        }
    }

    #[cfg(feature = "ecs")]
    async fn watch(&self, shutdown: &ShutdownHandle) {
        if let (Some(ecs), Some(every)) = (&self.ecs, self.watch_every) {
            attend::watch(ecs, every, shutdown).await;
        }
    }

    #[cfg(not(feature = "ecs"))]
    fn watch(&self, _: &ShutdownHandle) -> impl Future<Output = ()> {
        std::future::ready(())
    }

    #[cfg(feature = "ecs")]
    async fn ask_ecs(mut self, variables: &impl Fn(&str) -> Option<OsString>) -> Self {
        self.ecs = ecs::Ecs::from_variables(variables).await;
        if self.host == Host::Ecs && self.ecs.as_ref().is_some_and(ecs::Ecs::is_fargate) {
            self.host = Host::Fargate;
        }
        self
    }

    fn ended(&self, summary: &Summary) {
        if let Some(notifier) = &self.notifier {
            notifier.tell(&[Notice::Status(format!("stopped: {summary}"))]);
        }
    }
}

impl Default for Platform {
    fn default() -> Self {
        Self::unknown()
    }
}

impl Worker {
    /// Runs as [`run`](Self::run) does, and on good terms with the platform: with its stop
    /// window, and telling it what it wants to know.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe, as [`run`](Self::run) is not.
    pub async fn run_on(self, platform: &Platform) -> Summary {
        let worker = self.hosted_by(platform.host);
        let shutdown = worker.shutdown_handle();
        let attending = async {
            platform.attend(&shutdown).await;
            std::future::pending().await
        };
        let summary = tokio::select! {
            summary = worker.run() => summary,
            never = attending => never,
        };
        platform.ended(&summary);
        summary
    }
}

#[cfg(test)]
mod tests;
