//! One task from start to end: heartbeat, handler, outcome, report.
//!
//! I7: a panic is an outcome, never a crash.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tower::Service as _;
use tracing::Instrument as _;

use super::config::Naming;
use super::erased::HandlerService;
use super::heartbeat::{Gone, Heartbeat};
use super::report::{Delivery, Report};
use super::shutdown::ShutdownHandle;
use super::summary::{Counters, count};
use super::task::Task;
use crate::activity::Call;
use crate::blocking::BlockingPool;
use crate::context::{ActivityContext, CancelReason};
use crate::failure::{Failure, names};
use crate::name::{ActivityName, WorkerName};
use crate::outcome::Outcome;
use crate::payload::Payload;
use crate::service::ActivityService;
use crate::telemetry;

/// What the runs of one activity share.
#[derive(Debug)]
pub(crate) struct Station {
    pub(crate) activity: ActivityName,
    pub(crate) worker: WorkerName,
    pub(crate) handler: HandlerService,
    pub(crate) heartbeat: Duration,
    pub(crate) timeout: Option<Duration>,
    /// How long a cancelled handler may take to stop by itself.
    pub(crate) cancel_grace: Duration,
    pub(crate) naming: Naming,
    pub(crate) service: Arc<dyn ActivityService>,
    /// The allowance of reports, which bounds what is held after the slots are free.
    pub(crate) reports: Arc<Semaphore>,
    pub(crate) blocking: BlockingPool,
    pub(crate) shutdown: ShutdownHandle,
    /// Owns the runs and the handlers; the worker awaits it.
    pub(crate) tracker: TaskTracker,
    pub(crate) counters: Arc<Counters>,
}

/// Runs a task and answers for it.
pub(crate) async fn run(task: Task, station: Arc<Station>) {
    let Task {
        token,
        input,
        slot,
        received,
    } = task;
    let context = ActivityContext::new(
        station.activity.clone(),
        station.worker.clone(),
        token.clone(),
        station.timeout.map(|limit| received + limit),
        station.shutdown.draining().clone(),
    );
    let mut heartbeat = Heartbeat::new(
        Arc::clone(&station.service),
        token.clone(),
        station.heartbeat,
        received,
    );

    let outcome = station.handle(input, &context, &mut heartbeat).await;
    // Nothing the handler left behind may go on as if the task were still its own.
    context.cancel(CancelReason::Finished);
    let result = match outcome {
        Outcome::Succeeded(output) => Ok(output),
        Outcome::Failed(failure) => Err(failure),
        Outcome::Abandoned => return station.abandoned(),
    };

    let allowance = tokio::select! {
        allowance = permit(&station.reports) => allowance,
        Gone = heartbeat.keep_alive(&context) => return station.abandoned(),
    };
    drop(slot); // the next poll overlaps the report
    let handed_back = matches!(&result, Err(failure) if failure.error() == names::SHUTTING_DOWN);
    let span = tracing::info_span!(telemetry::REPORT, outcome = describe(&result));
    let report = Report {
        service: &station.service,
        token: &token,
        heartbeat: &mut heartbeat,
        context: &context,
        shutdown: &station.shutdown,
        naming: &station.naming,
    };
    let delivery = report.deliver(result).instrument(span).await;
    drop(allowance);
    station.delivered(delivery, handed_back);
}

impl Station {
    /// Runs the handler until it ends, or until it must.
    async fn handle(
        &self,
        input: Payload,
        context: &ActivityContext,
        heartbeat: &mut Heartbeat,
    ) -> Outcome {
        if self.shutdown.leaving().is_cancelled() {
            return handed_back();
        }
        let call = Call::new(input, context.clone(), self.blocking.clone());
        let mut handler = self.handler.clone();
        let started = async move {
            std::future::poll_fn(|context| handler.poll_ready(context)).await?;
            handler.call(call).await
        }
        .in_current_span();
        // A task of its own: a handler that blocks its thread blocks neither the heartbeat nor
        // the cancellation, and its panic stays there.
        let mut handler = AbortOnDropHandle::new(self.tracker.spawn(started));
        let reason = tokio::select! {
            biased;
            joined = &mut handler => return ended(joined),
            Gone = heartbeat.keep_alive(context) => CancelReason::LeaseLost,
            () = until(context.deadline()) => CancelReason::Deadline,
            () = self.shutdown.leaving().cancelled() => CancelReason::ShuttingDown,
        };
        tracing::debug!(%reason, "cancelling the handler");
        context.cancel(reason);

        let last_word = tokio::select! {
            biased;
            joined = &mut handler => Some(ended(joined)),
            Gone = still_wanted(reason, heartbeat, context) => return Outcome::Abandoned,
            () = sleep(self.cancel_grace) => None,
            () = self.shutdown.aborting().cancelled() => None,
        };
        match (reason, last_word) {
            (CancelReason::ShuttingDown, Some(done @ Outcome::Succeeded(_))) => done,
            (CancelReason::ShuttingDown, _) => handed_back(),
            (CancelReason::Deadline, _) => timed_out(self.timeout),
            (CancelReason::LeaseLost | CancelReason::Finished, _) => Outcome::Abandoned,
        }
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
            Delivery::Undelivered => count(&counters.undelivered),
        }
    }
}

/// The outcome of a handler that ended.
fn ended(joined: Result<Result<Payload, Failure>, JoinError>) -> Outcome {
    match joined {
        Ok(result) => Outcome::of(result),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => Outcome::Failed(Failure::reserved(
                names::HANDLER_PANICKED,
                format!("the handler panicked: {}", panic_text(&*panic)),
            )),
            // Only the end of the runtime cancels a handler that we did not cancel.
            Err(_) => handed_back(),
        },
    }
}

fn handed_back() -> Outcome {
    Outcome::Failed(Failure::reserved(
        names::SHUTTING_DOWN,
        "the worker is shutting down and hands the task back",
    ))
}

fn timed_out(limit: Option<Duration>) -> Outcome {
    let limit = limit.unwrap_or_default();
    Outcome::Failed(Failure::reserved(
        names::TIMEOUT,
        format!(
            "the handler ran longer than its limit of {}",
            humantime::format_duration(limit)
        ),
    ))
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    if let Some(text) = panic.downcast_ref::<&str>() {
        text
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text
    } else {
        "(a value that is not text)"
    }
}

fn describe(result: &Result<Payload, Failure>) -> &str {
    result.as_ref().map_or_else(Failure::error, |_| "succeeded")
}

/// Completes when the service stops wanting the task that is being cancelled.
async fn still_wanted(
    reason: CancelReason,
    heartbeat: &mut Heartbeat,
    context: &ActivityContext,
) -> Gone {
    if reason == CancelReason::LeaseLost {
        // It is gone already: nothing more is sent for its token.
        std::future::pending::<()>().await;
    }
    heartbeat.keep_alive(context).await
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
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
