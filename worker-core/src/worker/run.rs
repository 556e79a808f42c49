//! One task from start to end: heartbeat, handler, outcome, report.
//!
//! I7: a panic is an outcome, never a crash.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};
use tokio_util::task::TaskTracker;
use tower::Service as _;
use tracing::Instrument as _;

use super::config::Naming;
use super::erased::HandlerService;
use super::guard::{Guarded, Panicked, caught};
use super::heartbeat::{Keeper, Lease, Plan};
use super::pace::Pace;
use super::report::{Delivery, Report};
use super::shutdown::ShutdownHandle;
use super::slots::Slot;
use super::summary::{Counters, count};
use super::task::Task;
use crate::activity::Call;
use crate::blocking::BlockingPool;
use crate::context::{ActivityContext, CancelReason};
use crate::envelope::{Envelope, Format};
use crate::failure::{Failure, names};
use crate::name::{ActivityName, WorkerName};
use crate::outbox::{Outbox, Record};
use crate::outcome::Outcome;
use crate::payload::Payload;
use crate::rate::Rate;
use crate::service::ActivityService;
use crate::state::States;
use crate::straggler::{Straggler, Stragglers};
use crate::telemetry;
use crate::token::TaskToken;

/// What the runs of one activity share.
#[derive(Debug)]
pub(crate) struct Station {
    pub(crate) activity: ActivityName,
    pub(crate) worker: WorkerName,
    pub(crate) handler: HandlerService,
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) default_heartbeat: Duration,
    pub(crate) heartbeat_timeout: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) stall_after: Option<Duration>,
    pub(crate) rate: Option<Rate>,
    /// How many of its blocking handlers may be given up before they keep their slots.
    pub(crate) concurrency: usize,
    /// How long a cancelled handler may take to stop by itself.
    pub(crate) cancel_grace: Duration,
    pub(crate) naming: Naming,
    pub(crate) format: Format,
    pub(crate) service: Arc<dyn ActivityService>,
    pub(crate) keeper: Keeper,
    pub(crate) pace: Arc<Pace>,
    /// The allowance of reports, which bounds what is held after the slots are free.
    pub(crate) reports: Arc<Semaphore>,
    pub(crate) outbox: Option<Outbox>,
    pub(crate) blocking: BlockingPool,
    pub(crate) states: States,
    pub(crate) stragglers: Stragglers,
    pub(crate) shutdown: ShutdownHandle,
    /// Owns the runs; the worker awaits it.
    pub(crate) tracker: TaskTracker,
    pub(crate) counters: Arc<Counters>,
}

/// Begins to keep a task alive, and returns what runs it and answers for it.
///
/// The lease is taken at once and not by the future: where handlers block every thread, that may
/// have to wait for its first turn until one of them ends.
pub(crate) fn run(task: Task, station: Arc<Station>) -> impl Future<Output = ()> + Send {
    let Task {
        token,
        input,
        slot,
        handler,
        received,
    } = task;
    let (envelope, input) = match station.open(input) {
        Ok((envelope, input)) => (envelope, Ok(input)),
        Err(failure) => (None, Err(failure)),
    };
    let limits = station.limits(envelope.as_ref());
    let deadline = limits.timeout.map(|limit| received + limit);
    let context = ActivityContext::new(
        station.activity.clone(),
        station.worker.clone(),
        token.clone(),
        deadline,
        station.shutdown.departure().clone(),
    );
    let context = match &input {
        Ok(input) => context.with_envelope(envelope, input),
        Err(_) => context,
    };
    if let Some(trace) = context.trace() {
        let span = tracing::Span::current();
        span.record("trace_id", tracing::field::display(trace.trace_id()));
    }
    let plan = Plan {
        interval: limits.heartbeat,
        heartbeat_timeout: limits.heartbeat_timeout,
        deadline,
        stall_after: station.stall_after.filter(|_| !slot.must_wait()),
    };
    let lease = station.keeper.keep(token.clone(), received, plan, &context);
    let run = Run {
        station,
        context,
        lease,
        limits,
    };
    run.work_on(token, input, slot, handler)
}

/// A run from the receipt of its task to the report.
struct Run {
    station: Arc<Station>,
    context: ActivityContext,
    lease: Lease,
    limits: Limits,
}

/// What holds for one task, by its activity and by its envelope.
#[derive(Debug, Clone, Copy)]
struct Limits {
    heartbeat: Duration,
    heartbeat_timeout: Option<Duration>,
    timeout: Option<Duration>,
}

impl Run {
    async fn work_on(
        self,
        token: TaskToken,
        input: Result<Payload, Failure>,
        mut slot: Slot,
        handler: HandlerService,
    ) {
        let outcome = match input {
            Err(failure) => Outcome::Failed(failure),
            Ok(input) => self.handle_in_turn(input, handler, &mut slot).await,
        };
        let (station, lease) = (&self.station, &self.lease);
        // Nothing the handler left behind may go on as if the task were still its own.
        self.context.cancel(CancelReason::Finished);
        lease.handler_ended();
        let mut slot = station.without_stragglers(slot, &self.context);
        if let Some(slot) = &mut slot {
            slot.over();
        }
        let result = match outcome {
            Outcome::Succeeded(output) => Ok(output),
            Outcome::Failed(failure) => {
                log(&failure);
                Err(failure)
            }
            Outcome::Abandoned => return station.abandoned(),
        };
        let stored = match &station.outbox {
            Some(outbox) => {
                let record = self.record(token.clone(), result.clone());
                Box::pin(outbox.keep(record)).await
            }
            None => None,
        };

        let allowance = tokio::select! {
            allowance = permit(&station.reports) => allowance,
            () = lease.gone() => {
                if let Some(entry) = stored {
                    entry.remove().await;
                }
                return station.abandoned();
            }
        };
        drop(slot); // the next poll overlaps the report
        let handed_back =
            matches!(&result, Err(failure) if failure.error() == names::SHUTTING_DOWN);
        let benign = matches!(&result, Err(failure) if failure.is_benign());
        let span = tracing::debug_span!(telemetry::REPORT, outcome = describe(&result));
        let report = Report {
            service: &station.service,
            token: &token,
            lease,
            activity: &station.activity,
            worker: &station.worker,
            shutdown: &station.shutdown,
            naming: &station.naming,
            pace: &station.pace,
            stored,
            maybe_taken: false,
        };
        let delivery = Box::pin(report.deliver(result)).instrument(span).await;
        drop(allowance);
        if benign && delivery == Delivery::Failed {
            count(&station.counters.benign);
        }
        station.delivered(delivery, handed_back);
    }

    /// Runs the handler when it is its turn, which is at once unless the task was fetched ahead.
    async fn handle_in_turn(
        &self,
        input: Payload,
        handler: HandlerService,
        slot: &mut Slot,
    ) -> Outcome {
        // Boxed, as is all that happens to few tasks or late in their lives: those that wait for
        // a handler to end, and there can be thousands, should take no room for it.
        if slot.must_wait()
            && let Err(outcome) = Box::pin(self.turn(slot)).await
        {
            return outcome;
        }
        self.handle(input, handler).await
    }

    /// Waits until a task that was fetched ahead may run; one that waits when the worker drains is
    /// handed back.
    async fn turn(&self, slot: &mut Slot) -> Result<(), Outcome> {
        tokio::select! {
            biased;
            () = slot.turn() => {}
            () = self.station.shutdown.draining().cancelled() => return Err(handed_back()),
            reason = self.context.cancelled() => {
                self.lease.acknowledge();
                return Err(self.cancelled(reason));
            }
        }
        if let Some(silence) = self.station.stall_after {
            self.lease.watch(silence);
        }
        Ok(())
    }

    /// Runs the handler until it ends, or until it must.
    async fn handle(&self, input: Payload, mut handler: HandlerService) -> Outcome {
        let station = &self.station;
        let call = Call::new(input, self.context.clone(), station.blocking.clone())
            .with_states(station.states.clone());
        // Within the future: a layer can panic when it is called.
        let mut running = Guarded::new(async move { handler.call(call).await });
        // Not before the handler is guarded: even dropping it can panic.
        if self.station.shutdown.leaving().is_cancelled() {
            return handed_back();
        }
        let (reason, ended) = tokio::select! {
            biased;
            ended = &mut running => match self.context.cancel_reason() {
                None => return outcome(ended),
                // It was cancelled and took the hint at once.
                Some(reason) => (reason, Some(ended)),
            },
            reason = self.context.cancelled() => (reason, None),
            () = self.station.shutdown.leaving().cancelled() => {
                self.context.cancel(CancelReason::ShuttingDown);
                (CancelReason::ShuttingDown, None)
            }
        };
        tracing::debug!(%reason, "the handler is cancelled");
        self.lease.acknowledge();

        let last_word = match ended {
            Some(ended) => Some(outcome(ended)),
            None => Box::pin(self.last_word(&mut running)).await,
        };
        // The cancellation is what is sent, and it explains every other failure.
        if let Some(Outcome::Failed(failure)) = &last_word
            && failure.error() == names::HANDLER_PANICKED
        {
            log(failure);
        }
        match (reason, last_word) {
            // It went beyond its own limit: that is what the limit is for.
            (CancelReason::Deadline, _) => self.cancelled(reason),
            // Work that is done after all is not thrown away unless the service says so.
            (_, Some(done @ Outcome::Succeeded(_))) if !self.lease.is_gone() => done,
            (reason, _) => self.cancelled(reason),
        }
    }

    /// Lets a cancelled handler stop by itself, for a while.
    async fn last_word<F>(&self, running: &mut Guarded<F>) -> Option<Outcome>
    where
        F: Future<Output = Result<Payload, Failure>>,
    {
        let last_word = tokio::select! {
            biased;
            ended = &mut *running => Some(outcome(ended)),
            () = self.lease.gone(), if !self.lease.is_gone() => None,
            () = sleep(self.station.cancel_grace) => None,
            () = self.station.shutdown.aborting().cancelled() => None,
        };
        if last_word.is_none()
            && let Err(panicked) = running.give_up()
        {
            tracing::error!(
                panic = panicked.text(),
                "the handler panicked when it was given up"
            );
        }
        last_word
    }

    /// What the outbox keeps of an outcome.
    fn record(&self, token: TaskToken, result: Result<Payload, Failure>) -> Record {
        Record {
            token,
            activity: self.station.activity.clone(),
            result,
            heartbeat: self.limits.heartbeat,
            written_at: SystemTime::now(),
        }
    }

    /// The outcome of a task that was cancelled.
    fn cancelled(&self, reason: CancelReason) -> Outcome {
        if self.lease.is_gone() {
            return Outcome::Abandoned;
        }
        match reason {
            CancelReason::ShuttingDown | CancelReason::Finished => handed_back(),
            CancelReason::Deadline => {
                overrun(names::TIMEOUT, "ran longer than", self.limits.timeout)
            }
            CancelReason::Stalled => overrun(
                names::STALLED,
                "showed no sign of life for",
                self.station.stall_after,
            ),
            // The service has not said so: it is told, and has the last word.
            CancelReason::LeaseLost => Outcome::Failed(Failure::reserved(
                names::HEARTBEAT_LOST,
                "no heartbeat got through for as long as the service waits for one",
            )),
        }
    }
}

impl Station {
    /// Takes the input out of its envelope, whatever the user's format does.
    fn open(&self, input: Payload) -> Result<(Option<Envelope>, Payload), Failure> {
        caught(|| self.format.open(input)).unwrap_or_else(|panicked| {
            let cause = format!("the format of the envelope panicked: {}", panicked.text());
            Err(Failure::reserved(names::HANDLER_PANICKED, cause))
        })
    }

    /// What holds for a task with this envelope.
    fn limits(&self, envelope: Option<&Envelope>) -> Limits {
        let told = envelope.and_then(Envelope::heartbeat_timeout);
        let heartbeat_timeout = told.or(self.heartbeat_timeout);
        let heartbeat = match (self.heartbeat, heartbeat_timeout) {
            (Some(every), Some(limit)) if every < limit => every,
            // A third leaves room for two heartbeats that get lost.
            (_, Some(limit)) => limit / 3,
            (Some(every), None) => every,
            (None, None) => self.default_heartbeat,
        };
        let told = envelope.and_then(Envelope::timeout);
        let timeout = match (self.timeout, told) {
            (Some(own), Some(told)) => Some(own.min(told)),
            (own, told) => own.or(told),
        };
        Limits {
            heartbeat,
            heartbeat_timeout,
            timeout,
        }
    }

    /// Lists the handler if it still blocks a thread. The slot is free all the same, unless as
    /// many of the activity's handlers as may run at a time have been given up already: what the
    /// worker holds stays bounded.
    fn without_stragglers(&self, slot: Slot, context: &ActivityContext) -> Option<Slot> {
        if !context.threads().are_busy() {
            return Some(slot);
        }
        let straggler = Straggler {
            activity: self.activity.clone(),
            task: context.token().to_string(),
            reason: context.cancel_reason().unwrap_or(CancelReason::Finished),
            since: Instant::now(),
        };
        tracing::warn!(reason = %straggler.reason, "the handler does not stop: it is given up and goes on without its task");
        let threads = context.threads();
        let freed = self
            .stragglers
            .add(straggler, threads, slot, self.concurrency);
        if freed.is_none() {
            tracing::error!(activity = %self.activity, "as many handlers as may run at a time have been given up and still run; further ones keep their slots");
        }
        freed
    }

    fn abandoned(&self) {
        tracing::info!("the service no longer wants the task, nothing is reported");
        count(&self.counters.abandoned);
    }

    fn delivered(&self, delivery: Delivery, handed_back: bool) {
        let counters = &self.counters;
        match delivery {
            Delivery::Succeeded => count(&counters.succeeded),
            Delivery::Failed if handed_back => count(&counters.handed_back),
            Delivery::Failed => count(&counters.failed),
            Delivery::Probably => {
                tracing::warn!(
                    "probably delivered: an answer was lost, and the task was closed on repeat"
                );
                count(&counters.probably_delivered);
            }
            Delivery::Gone => self.abandoned(),
            Delivery::Refused | Delivery::Undelivered => count(&counters.undelivered),
        }
    }
}

/// The outcome of a handler that ended.
fn outcome(ended: Result<Result<Payload, Failure>, Panicked>) -> Outcome {
    match ended {
        Ok(result) => Outcome::of(result),
        Err(panicked) => Outcome::Failed(Failure::panicked(panicked.text(), panicked.location())),
    }
}

fn handed_back() -> Outcome {
    Outcome::Failed(Failure::reserved(
        names::SHUTTING_DOWN,
        "the worker is shutting down and hands the task back",
    ))
}

fn overrun(name: &'static str, did: &str, limit: Option<Duration>) -> Outcome {
    let limit = humantime::format_duration(limit.unwrap_or_default());
    Outcome::Failed(Failure::reserved(
        name,
        format!("the handler {did} its limit of {limit}"),
    ))
}

/// Logs a failure by its name, as loud as it deserves: causes and details quote inputs.
fn log(failure: &Failure) {
    let error = failure.error();
    match error {
        names::HANDLER_PANICKED => {
            tracing::error!(error, location = failure.location(), "the handler panicked");
        }
        names::SHUTTING_DOWN => tracing::debug!(error, "the task is handed back"),
        _ if failure.is_benign() => tracing::debug!(error, "the task failed, which is no trouble"),
        _ => tracing::warn!(error, "the task failed"),
    }
}

fn describe(result: &Result<Payload, Failure>) -> &str {
    result.as_ref().map_or_else(Failure::error, |_| "succeeded")
}

#[expect(
    clippy::expect_used,
    reason = "nothing in this crate closes the semaphore"
)]
async fn permit(reports: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(reports)
        .acquire_owned()
        .await
        .expect("the semaphore is never closed")
}
