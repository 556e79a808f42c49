//! The open polls of one activity.
//!
//! I1: no poll without a slot. I6: a drain does not drop a poll in flight; an abort does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use super::backoff::Backoff;
use super::dispatch::dispatch;
use super::run::Station;
use super::slots::Slots;
use super::task::Task;
use crate::name::ActivityArn;
use crate::service::{Disposition, PolledTask, ServiceError};
use crate::telemetry;

/// An empty answer faster than this did not come from a long poll.
const HASTY: Duration = Duration::from_secs(1);

/// One loop that asks for tasks of an activity; several may share all of its parts.
#[derive(Debug, Clone)]
pub(crate) struct Poller {
    pub(crate) arn: ActivityArn,
    pub(crate) slots: Slots,
    pub(crate) station: Arc<Station>,
    pub(crate) outage: Arc<Outage>,
}

/// Whether the polls of an activity fail at the moment; said once when it begins and once when
/// it ends, however many loops there are.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    since: Mutex<Option<Instant>>,
}

/// The delays after failed polls, apart for throttling and for everything else.
struct Delays {
    throttled: Backoff,
    failed: Backoff,
    denied: Backoff,
}

impl Poller {
    /// Polls until the worker drains.
    pub(crate) async fn run(self) {
        let shutdown = &self.station.shutdown;
        let mut delays = Delays::new();
        loop {
            let slot = tokio::select! {
                biased;
                () = shutdown.quiet().cancelled() => return,
                slot = self.slots.acquire() => slot,
            };
            let asked = Instant::now();
            // Not selected against the drain: the service may already have given this poll a
            // task, which would be lost with it.
            let answer = tokio::select! {
                biased;
                answer = self.poll() => answer,
                () = shutdown.aborting().cancelled() => return,
            };
            let delay = match answer {
                Ok(Some(polled)) => {
                    self.outage.ended(&self.arn);
                    delays.reset();
                    dispatch(Task::new(polled, slot), &self.station);
                    continue;
                }
                Ok(None) => {
                    self.outage.ended(&self.arn);
                    if asked.elapsed() >= HASTY {
                        delays.reset();
                        continue;
                    }
                    delays.failed.next_delay()
                }
                Err(error) => {
                    self.outage.noted(&self.arn, &error);
                    delays.after(&error)
                }
            };
            drop(slot); // others may use it meanwhile
            tokio::select! {
                () = shutdown.quiet().cancelled() => return,
                () = sleep(delay) => {}
            }
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
}

impl Outage {
    fn noted(&self, activity: &ActivityArn, error: &ServiceError) {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if since.is_some() {
            tracing::debug!(%activity, %error, "polling still fails");
            return;
        }
        *since = Some(Instant::now());
        let advice = advice(error);
        let source = std::error::Error::source(error).map(ToString::to_string);
        tracing::warn!(%activity, %error, source, "polling fails, it will go on by itself{advice}");
    }

    fn ended(&self, activity: &ActivityArn) {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(since) = since.take() {
            tracing::info!(%activity, after = ?since.elapsed(), "polling works again");
        }
    }
}

/// What an operator can do about it.
fn advice(error: &ServiceError) -> &'static str {
    match error.disposition() {
        _ if error.is_activity_missing() => ": create the activity, or set create_missing",
        Disposition::Denied => ": grant states:GetActivityTask on the activity",
        Disposition::Throttled
        | Disposition::Transient
        | Disposition::Gone
        | Disposition::Refused => "",
    }
}

impl Delays {
    fn new() -> Self {
        Self {
            throttled: Backoff::new(Duration::from_secs(1), Duration::from_secs(30)),
            failed: Backoff::new(Duration::from_millis(200), Duration::from_secs(20)),
            denied: Backoff::new(Duration::from_secs(2), Duration::from_secs(60)),
        }
    }

    fn after(&mut self, error: &ServiceError) -> Duration {
        match error.disposition() {
            Disposition::Throttled => self.throttled.next_delay(),
            Disposition::Denied => self.denied.next_delay(),
            Disposition::Transient | Disposition::Gone | Disposition::Refused => {
                self.failed.next_delay()
            }
        }
    }

    fn reset(&mut self) {
        self.throttled.reset();
        self.failed.reset();
        self.denied.reset();
    }
}
