//! The worker: face and composition root, the only file that knows all of its siblings.

mod backoff;
mod builder;
mod config;
mod dispatch;
mod ending;
mod erased;
mod error;
mod heartbeat;
mod poller;
mod registry;
mod report;
mod resolve;
mod run;
mod settings;
mod shutdown;
mod slots;
mod summary;
mod task;

pub use builder::WorkerBuilder;
pub use ending::Ending;
pub use erased::HandlerService;
pub use error::{BuildError, Problem};
pub use shutdown::{Phase, ShutdownHandle};
pub use summary::{Summary, Tally};

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::task::TaskTracker;

use self::config::{ActivityConfig, WorkerConfig};
use self::poller::{Outage, Poller};
use self::resolve::Unresolved;
use self::run::Station;
use self::slots::Slots;
use self::summary::Tallies;
use crate::blocking::BlockingPool;
use crate::name::{ActivityArn, WorkerName};
use crate::platform::window::{DrainTime, Host};
use crate::service::ActivityService;

/// How long the service holds a poll, with the way there and back.
const POLL_HOLD: Duration = Duration::from_secs(65);
/// How long handing back may take before the worker aborts.
const LEAVING: Duration = Duration::from_secs(10);
/// How long an aborted worker waits for its last reports.
const ABORTING: Duration = Duration::from_secs(15);

/// How many reports may be under way even with few slots.
const REPORTS: usize = 16;

/// Polls for tasks, runs handlers, sends heartbeats, reports outcomes, and drains.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{Worker, activity, testing::ScriptedService};
///
/// #[activity]
/// async fn greet(name: String) -> Result<String, std::convert::Infallible> {
///     Ok(format!("hello {name}"))
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), sfn_worker_core::BuildError> {
/// let service = ScriptedService::new();
/// let task = service.offer("greet", r#""Ada""#);
/// let worker = Worker::builder(service.clone()).activity::<greet>().build()?;
/// let shutdown = worker.shutdown_handle();
///
/// let (summary, answer) = tokio::join!(worker.run(), async {
///     let answer = task.answer().await;
///     shutdown.drain();
///     answer
/// });
/// assert_eq!(answer.output(), Some(r#""hello Ada""#));
/// assert_eq!(summary.total().succeeded, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Worker {
    service: Arc<dyn ActivityService>,
    config: WorkerConfig,
    shutdown: ShutdownHandle,
    tallies: Tallies,
}

impl Worker {
    /// Starts to build a worker that gets its tasks from a service.
    pub fn builder(service: impl ActivityService) -> WorkerBuilder {
        WorkerBuilder::new(Arc::new(service))
    }

    fn new(service: Arc<dyn ActivityService>, config: WorkerConfig) -> Self {
        let names = config
            .activities
            .iter()
            .map(|activity| activity.name.clone());
        let tallies = Tallies::new(names);
        let shutdown = ShutdownHandle::new(tallies.clone());
        Self {
            service,
            config,
            shutdown,
            tallies,
        }
    }

    /// The name under which execution histories show the worker.
    #[must_use]
    pub fn name(&self) -> &WorkerName {
        &self.config.name
    }

    /// The same worker, which knows who will stop it.
    pub(crate) fn hosted_by(mut self, host: Host) -> Self {
        self.config.stop_window = self.config.stop_window.on(host);
        self
    }

    /// What stops the worker; take it before [`run`](Self::run).
    #[must_use]
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        self.shutdown.clone()
    }

    /// Runs until it is told to stop and everything it held is answered for.
    ///
    /// Trouble with the service does not end it: it waits, with growing and jittered delays,
    /// and goes on by itself.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: dropping it aborts the worker, with what
    /// [`ShutdownHandle::abort`] says, and what is held is handed back in the background.
    pub async fn run(self) -> Summary {
        self.announce();
        let runs = TaskTracker::new();
        let pollers = TaskTracker::new();
        let abort_if_dropped = AbortIfDropped(Some(self.shutdown.clone()));
        let lines = Lines::new(&self, &runs, &pollers);

        let (known, unknown): (Vec<_>, Vec<_>) = self
            .config
            .activities
            .iter()
            .partition(|activity| activity.arn.is_some());
        for activity in known {
            if let Some(arn) = activity.arn.clone() {
                lines.open(activity, &arn);
            }
        }
        let unresolved = Unresolved {
            service: &*self.service,
            names: unknown
                .iter()
                .map(|activity| activity.name.clone())
                .collect(),
            create: self.config.create_missing,
        };
        let resolving = unresolved.resolve(|arn| {
            for activity in unknown
                .iter()
                .filter(|activity| activity.name == *arn.name())
            {
                lines.open(activity, &arn);
            }
        });
        tokio::select! {
            biased;
            () = self.shutdown.quiet().cancelled() => {}
            () = async { resolving.await; std::future::pending().await } => {}
        }
        drop(lines);

        pollers.close();
        runs.close();
        self.drain(&pollers, &runs).await;
        abort_if_dropped.disarm();
        let summary = self.tallies.summary();
        tracing::info!(%summary, "stopped");
        summary
    }

    /// Waits for the polls in flight and for the runs, within the limits of time.
    async fn drain(&self, pollers: &TaskTracker, runs: &TaskTracker) {
        let finished = async {
            pollers.wait().await;
            runs.wait().await;
        };
        tokio::select! {
            biased;
            () = finished => return,
            () = self.shutdown.draining().cancelled() => {}
        }
        let begun = Instant::now();
        let orderly = async {
            pollers.wait().await;
            if timeout(self.config.grace, runs.wait()).await.is_ok() {
                return;
            }
            self.shutdown.leave();
            if timeout(LEAVING, runs.wait()).await.is_ok() {
                return;
            }
            self.shutdown.abort();
            if timeout(ABORTING, runs.wait()).await.is_err() {
                tracing::error!("gave up on reports that the service did not answer");
            }
        };
        let window_closes = async {
            let Some(window) = self.config.stop_window.limit() else {
                return std::future::pending::<()>().await;
            };
            sleep_until(begun + window.saturating_sub(LEAVING)).await;
            self.shutdown.leave();
            sleep_until(begun + window.saturating_sub(Duration::from_secs(1))).await;
            self.shutdown.abort();
            sleep(ABORTING).await;
        };
        tokio::select! {
            biased;
            () = orderly => {}
            () = window_closes => {}
        }
    }

    fn announce(&self) {
        let config = &self.config;
        tracing::info!(worker = %config.name, slots = config.slots, "starting");
        for activity in &config.activities {
            tracing::info!(
                activity = %activity.name,
                concurrency = activity.concurrency,
                polls = activity.polls,
                heartbeat = ?activity.heartbeat,
                timeout = ?activity.timeout,
                "registered"
            );
        }
        let drain = DrainTime {
            polls: POLL_HOLD,
            grace: config.grace,
            handing_back: LEAVING,
        };
        tracing::info!("stop window: {}", config.stop_window);
        for concern in config.stop_window.concerns(drain) {
            tracing::warn!("{concern}");
        }
    }
}

/// What opens the line of an activity: its slots, its station, its pollers.
struct Lines<'a> {
    worker: &'a Worker,
    slots: Arc<Semaphore>,
    reports: Arc<Semaphore>,
    blocking: BlockingPool,
    runs: &'a TaskTracker,
    pollers: &'a TaskTracker,
}

impl<'a> Lines<'a> {
    fn new(worker: &'a Worker, runs: &'a TaskTracker, pollers: &'a TaskTracker) -> Self {
        let slots = worker.config.slots.min(Semaphore::MAX_PERMITS);
        Self {
            worker,
            slots: Arc::new(Semaphore::new(slots)),
            // As many reports as slots: a full set of finished tasks can be reported while the
            // next one runs. What is held is bounded by both together.
            reports: Arc::new(Semaphore::new(slots.max(REPORTS))),
            blocking: BlockingPool::default(),
            runs,
            pollers,
        }
    }

    fn open(&self, activity: &ActivityConfig, arn: &ActivityArn) {
        let worker = self.worker;
        let station = Station {
            activity: activity.name.clone(),
            worker: worker.config.name.clone(),
            handler: activity.handler.clone(),
            heartbeat: activity.heartbeat,
            timeout: activity.timeout,
            cancel_grace: worker.config.cancel_grace,
            naming: worker.config.naming,
            service: Arc::clone(&worker.service),
            reports: Arc::clone(&self.reports),
            blocking: self.blocking.clone(),
            shutdown: worker.shutdown.clone(),
            tracker: self.runs.clone(),
            counters: worker.tallies.counters(&activity.name),
        };
        let poller = Poller {
            arn: arn.clone(),
            slots: Slots::new(activity.concurrency, Arc::clone(&self.slots)),
            station: Arc::new(station),
            outage: Arc::new(Outage::default()),
        };
        for _ in 0..activity.polls {
            self.pollers.spawn(poller.clone().run());
        }
    }
}

/// Aborts the worker when its `run` is dropped, so that nothing goes on without an owner.
struct AbortIfDropped(Option<ShutdownHandle>);

impl AbortIfDropped {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortIfDropped {
    fn drop(&mut self) {
        if let Some(shutdown) = &self.0 {
            shutdown.abort();
        }
    }
}
