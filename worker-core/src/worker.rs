//! The worker: face and composition root, the only file that knows all of its siblings.

mod backoff;
mod builder;
mod check;
mod config;
mod contract;
mod dispatch;
mod ending;
mod erased;
mod error;
mod gauge;
mod guard;
mod heartbeat;
mod limit;
mod outage;
mod pace;
mod poller;
mod registry;
mod report;
mod resolve;
mod resume;
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
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use tokio_util::task::TaskTracker;

use self::config::{ActivityConfig, WorkerConfig};
use self::heartbeat::{Heartbeats, Keeper};
use self::pace::Pace;
use self::poller::Poller;
use self::resolve::Unresolved;
use self::resume::Leftovers;
use self::run::Station;
use self::slots::{Slots, WorkerSlots};
use self::summary::Tallies;
use crate::blocking::BlockingPool;
use crate::name::{ActivityArn, WorkerName};
use crate::outbox::Outbox;
use crate::platform::window::{DrainTime, Host};
use crate::service::ActivityService;
use crate::straggler::Stragglers;

/// How long the service holds a poll, with the way there and back.
const POLL_HOLD: Duration = Duration::from_secs(65);
/// How long handing back may take before the worker aborts.
const LEAVING: Duration = Duration::from_secs(10);
/// How long an aborted worker waits for its last reports.
const ABORTING: Duration = Duration::from_secs(15);

/// Over how long the first polls are spread by chance, for each activity: a fleet that starts
/// at once shall not poll at once.
const SPREAD: Duration = Duration::from_millis(50);
const LONGEST_SPREAD: Duration = Duration::from_secs(5);

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
    stragglers: Stragglers,
    outbox: Option<Outbox>,
}

impl Worker {
    /// Starts to build a worker that gets its tasks from a service.
    pub fn builder(service: impl ActivityService) -> WorkerBuilder {
        WorkerBuilder::new(Arc::new(service))
    }

    fn new(
        service: Arc<dyn ActivityService>,
        config: WorkerConfig,
        outbox: Option<Outbox>,
    ) -> Self {
        let names = config
            .activities
            .iter()
            .map(|activity| activity.name.clone());
        let tallies = Tallies::new(names);
        let stragglers = Stragglers::default();
        let shutdown = ShutdownHandle::new(tallies.clone(), stragglers.clone());
        Self {
            service,
            config,
            shutdown,
            tallies,
            stragglers,
            outbox,
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
        let schedule = TaskTracker::new();
        let heartbeats = Heartbeats::start(
            Arc::clone(&self.service),
            self.config.heartbeat_budget,
            self.config.heartbeats,
            &schedule,
        );
        let abort_if_dropped = AbortIfDropped(Some(self.shutdown.clone()));
        let lines = Lines::new(&self, heartbeats.keeper(), &runs, &pollers);
        self.shutdown.departure().takes(self.longest_drain());

        lines.resume();
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
            () = self.shutdown.draining().cancelled() => {}
            () = async { resolving.await; std::future::pending().await } => {}
        }
        drop(lines);

        pollers.close();
        runs.close();
        self.drain(&pollers, &runs).await;
        heartbeats.end().await;
        abort_if_dropped.disarm();
        let summary = self.tallies.last_summary(self.stragglers.all());
        tracing::info!(%summary, "stopped");
        summary
    }

    /// Waits for the polls in flight and for the runs, within the limits of time.
    async fn drain(&self, pollers: &TaskTracker, runs: &TaskTracker) {
        let idle = async {
            pollers.wait().await;
            runs.wait().await;
        };
        tokio::select! {
            biased;
            () = idle => return,
            // Until the worker is told to stop, no time runs against an early drain.
            () = self.shutdown.stopping().cancelled() => {}
        }
        let begun = Instant::now();
        let window = self.config.stop_window.limit();
        let window_closes = window.map(|window| begun + window.saturating_sub(LEAVING));
        // The latest that can be said before the polls are back.
        self.hands_back_at(begun + self.longest_drain(), window_closes);
        let orderly = async {
            pollers.wait().await;
            let at = Instant::now() + self.config.grace;
            self.hands_back_at(at, window_closes);
            if timeout_at(at, runs.wait()).await.is_ok() {
                return;
            }
            self.shutdown.leave();
            if timeout(LEAVING, runs.wait()).await.is_ok() {
                return;
            }
            self.shutdown.abort();
            runs.wait().await;
        };
        let window = async {
            let (Some(window), Some(closes)) = (window, window_closes) else {
                return std::future::pending::<()>().await;
            };
            sleep_until(closes).await;
            self.shutdown.leave();
            sleep_until(begun + window.saturating_sub(Duration::from_secs(1))).await;
            self.shutdown.abort();
            std::future::pending::<()>().await;
        };
        let aborted = async {
            self.shutdown.aborting().cancelled().await;
            sleep(ABORTING).await;
            tracing::error!("gave up on reports that the service did not answer");
        };
        tokio::select! {
            biased;
            () = orderly => {}
            () = window => {}
            () = aborted => {}
        }
    }

    /// How long it can take from the stop until unfinished tasks are handed back.
    fn longest_drain(&self) -> Duration {
        let orderly = POLL_HOLD + self.config.grace;
        let window = self.config.stop_window.limit();
        window.map_or(orderly, |window| {
            orderly.min(window.saturating_sub(LEAVING))
        })
    }

    /// Tells the tasks in progress how much time they have.
    fn hands_back_at(&self, at: Instant, window_closes: Option<Instant>) {
        let at = window_closes.map_or(at, |closes| closes.min(at));
        self.shutdown.departure().hands_back_at(at);
    }

    fn announce(&self) {
        let config = &self.config;
        tracing::info!(worker = %config.name, slots = config.slots, "starting");
        for activity in &config.activities {
            tracing::info!(
                activity = %activity.name,
                concurrency = activity.concurrency,
                polls = ?activity.polls,
                heartbeat = ?activity.heartbeat.unwrap_or(config.heartbeat),
                timeout = activity.timeout.map(tracing::field::debug),
                at = activity.description.location().map(tracing::field::display),
                "{}",
                if activity.found { "found" } else { "registered" }
            );
            let mut errors = activity.description.errors().iter();
            if !config.naming.cause_json && errors.any(|error| !error.details.is_empty()) {
                tracing::warn!(
                    activity = %activity.name,
                    "its errors have details, which are sent in JSON causes only: set cause_json"
                );
            }
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
    slots: WorkerSlots,
    keeper: Keeper,
    pace: Arc<Pace>,
    reports: Arc<Semaphore>,
    blocking: BlockingPool,
    runs: &'a TaskTracker,
    pollers: &'a TaskTracker,
}

impl<'a> Lines<'a> {
    fn new(
        worker: &'a Worker,
        keeper: Keeper,
        runs: &'a TaskTracker,
        pollers: &'a TaskTracker,
    ) -> Self {
        let slots = worker.config.slots.min(Semaphore::MAX_PERMITS);
        let activities = &worker.config.activities;
        let waiting = activities.iter().map(|activity| activity.prefetch).sum();
        Self {
            worker,
            slots: WorkerSlots::new(slots, waiting),
            keeper,
            pace: Arc::default(),
            // As many reports as tasks may be held: a full set of finished ones can be reported
            // while the next one runs. What is held is bounded by both together.
            reports: Arc::new(Semaphore::new((slots + waiting).max(REPORTS))),
            blocking: BlockingPool::default(),
            runs,
            pollers,
        }
    }

    /// Reports what an earlier run has left in the outbox.
    fn resume(&self) {
        let worker = self.worker;
        let Some(outbox) = &worker.outbox else {
            return;
        };
        let leftovers = Leftovers {
            worker: worker.config.name.clone(),
            at_a_time: self.reports.available_permits(),
            service: Arc::clone(&worker.service),
            keeper: self.keeper.clone(),
            naming: worker.config.naming,
            pace: Arc::clone(&self.pace),
            shutdown: worker.shutdown.clone(),
            counters: worker.tallies.resumed(),
        };
        leftovers.resume(outbox, self.runs);
    }

    fn open(&self, activity: &ActivityConfig, arn: &ActivityArn) {
        let worker = self.worker;
        let station = Station {
            activity: activity.name.clone(),
            worker: worker.config.name.clone(),
            handler: activity.handler.clone(),
            heartbeat: activity.heartbeat,
            default_heartbeat: worker.config.heartbeat,
            heartbeat_timeout: activity.heartbeat_timeout,
            timeout: activity.timeout,
            stall_after: activity.stall_after,
            rate: activity.rate,
            concurrency: activity.concurrency,
            cancel_grace: worker.config.cancel_grace,
            naming: worker.config.naming,
            format: worker.config.format.clone(),
            service: Arc::clone(&worker.service),
            keeper: self.keeper.clone(),
            pace: Arc::clone(&self.pace),
            outbox: worker.outbox.clone(),
            reports: Arc::clone(&self.reports),
            blocking: self.blocking.clone(),
            states: worker.config.states.clone(),
            stragglers: worker.stragglers.clone(),
            shutdown: worker.shutdown.clone(),
            tracker: self.runs.clone(),
            counters: worker.tallies.counters(&activity.name),
        };
        let slots = Slots::new(activity.concurrency, activity.prefetch, &self.slots);
        let poller = Poller::new(
            arn.clone(),
            slots,
            Arc::new(station),
            activity.polls.clone(),
            self.pollers.clone(),
        );
        let activities = u32::try_from(worker.config.activities.len()).unwrap_or(u32::MAX);
        let spread = (SPREAD * activities).min(LONGEST_SPREAD);
        Arc::new(poller).start(spread);
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
