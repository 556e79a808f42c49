//! The open polls of one activity.
//!
//! I1: no poll without a slot. I6: a drain does not drop a poll in flight; an abort does.
//! A loop ends when the gauge has no use for it or when the worker drains, and for no other
//! reason: whatever the service answers, the fewest loops are there.

use std::future::poll_fn;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::task::TaskTracker;
use tower::Service as _;
use tracing::Instrument as _;

use super::dispatch::dispatch;
use super::erased::HandlerService;
use super::gauge::Gauge;
use super::limit::{Limit, Reserved};
use super::outage::Outage;
use super::run::Station;
use super::slots::{Slot, Slots};
use super::task::Task;
use crate::name::ActivityArn;
use crate::service::{Disposition, PolledTask, ServiceError};
use crate::telemetry;

/// How long a loop rests when a layer said that it will never be ready.
const BROKEN_LAYER: Duration = Duration::from_secs(1);

/// What the polls of one activity share.
#[derive(Debug)]
pub(crate) struct Poller {
    arn: ActivityArn,
    slots: Slots,
    station: Arc<Station>,
    limit: Option<Limit>,
    gauge: Mutex<Gauge>,
    outage: Outage,
    /// Owns the loops; the worker awaits it.
    loops: TaskTracker,
}

/// What a poll needs before it may go out.
struct Ready<'a> {
    slot: Slot,
    start: Option<Reserved<'a>>,
}

/// Puts another loop in the place of one that panics, in a layer or in the service.
struct Alive<'a>(&'a Arc<Poller>);

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!(activity = %self.0.station.activity, "a poll loop panicked, another one takes its place");
            self.0.gauge().lost();
            self.0.grow(BROKEN_LAYER * 2);
        }
    }
}

impl Poller {
    pub(crate) fn new(
        arn: ActivityArn,
        slots: Slots,
        station: Arc<Station>,
        polls: RangeInclusive<usize>,
        loops: TaskTracker,
    ) -> Self {
        Self {
            arn,
            slots,
            limit: station.rate.map(Limit::new),
            station,
            gauge: Mutex::new(Gauge::new(polls)),
            outage: Outage::default(),
            loops,
        }
    }

    /// Begins to poll, after a delay that is different in every worker of a fleet.
    pub(crate) fn start(self: &Arc<Self>, spread: Duration) {
        self.grow(spread);
    }

    /// Starts the loops that are missing.
    fn grow(self: &Arc<Self>, spread: Duration) {
        for _ in 0..self.gauge().missing() {
            let delay = spread.mul_f64(fastrand::f64());
            self.loops.spawn(Arc::clone(self).run(delay));
        }
    }

    /// One loop: polls until it is one too many or the worker drains.
    async fn run(self: Arc<Self>, delay: Duration) {
        let _alive = Alive(&self);
        let shutdown = &self.station.shutdown;
        let mut handler = self.station.handler.clone();
        if !delay.is_zero() {
            tokio::select! {
                biased;
                () = shutdown.draining().cancelled() => return,
                () = sleep(delay) => {}
            }
        }
        while !self.gauge().is_surplus() {
            let Ready { slot, start } = tokio::select! {
                biased;
                () = shutdown.draining().cancelled() => return,
                ready = self.ready(&mut handler) => ready,
            };
            // Made before a task is at stake: the clone of a layer can panic.
            let next = self.station.handler.clone();
            let asked = Instant::now();
            // Not selected against the drain: the service may already have given this poll a
            // task, which would be lost with it.
            let answer = tokio::select! {
                biased;
                answer = self.poll() => answer,
                () = shutdown.aborting().cancelled() => return,
            };
            match answer {
                Ok(Some(polled)) => {
                    // The clone that was asked whether it is ready is the one that is called.
                    let ready = std::mem::replace(&mut handler, next);
                    if let Some(start) = start {
                        start.used();
                    }
                    dispatch(Task::new(polled, slot, ready), &self.station);
                    self.outage.ended(&self.arn, asked);
                    self.station.pace.filled();
                    self.gauge().filled(asked, Instant::now());
                }
                Ok(None) => {
                    self.outage.ended(&self.arn, asked);
                    self.gauge().empty(asked, Instant::now());
                }
                Err(error) => self.failed(&error, asked),
            }
            if !shutdown.draining().is_cancelled() {
                self.grow(Duration::ZERO);
            }
        }
    }

    /// Waits for everything that a poll needs, the slot last: what waits here holds none.
    async fn ready(&self, handler: &mut HandlerService) -> Ready<'_> {
        self.paused().await;
        loop {
            self.handler_ready(handler).await;
            let start = match &self.limit {
                Some(limit) => Some(limit.reserve().await),
                None => None,
            };
            let fed = self.gauge().is_fed();
            self.station.pace.turn(fed).await;
            let slot = self.slots.acquire().await;
            // Under load this took as long as a task: a breaker may have opened meanwhile.
            let asked = poll_fn(|context| Poll::Ready(handler.poll_ready(context)));
            if let Poll::Ready(Ok(())) = asked.await {
                return Ready { slot, start };
            }
        }
    }

    /// Waits until the pause after a failure is over, and a little longer, so that the loops do
    /// not go on in step.
    async fn paused(&self) {
        loop {
            let pause = self.gauge().pause();
            let now = Instant::now();
            match pause {
                Some(until) if until > now => {
                    let more = (until - now).mul_f64(fastrand::f64() / 4.0);
                    sleep_until(until + more).await;
                }
                _ => return,
            }
        }
    }

    /// Waits until the layers around the handler are ready.
    async fn handler_ready(&self, handler: &mut HandlerService) {
        while let Err(failure) = poll_fn(|context| handler.poll_ready(context)).await {
            tracing::error!(activity = %self.station.activity, %failure, "a layer around the handler is not ready and says that it will not be; it is made anew");
            *handler = self.station.handler.clone();
            sleep(BROKEN_LAYER).await;
        }
    }

    async fn poll(&self) -> Result<Option<PolledTask>, ServiceError> {
        let span = tracing::debug_span!(telemetry::POLL, activity = %self.station.activity);
        self.station
            .service
            .poll(&self.arn, &self.station.worker)
            .instrument(span)
            .await
    }

    fn failed(&self, error: &ServiceError, asked: Instant) {
        self.outage.noted(&self.arn, error);
        // The limit of polls is one of the activity; every other throttling is one of the account.
        if error.disposition() == Disposition::Throttled && !error.is_too_many_polls() {
            self.station.pace.throttled(asked);
        }
        self.gauge().failed(error, asked, Instant::now());
    }

    fn gauge(&self) -> MutexGuard<'_, Gauge> {
        self.gauge.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
