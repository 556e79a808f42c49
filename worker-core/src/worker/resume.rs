//! Reports what an earlier run has left in the outbox.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::config::Naming;
use super::heartbeat::{Keeper, Plan};
use super::pace::Pace;
use super::report::{Delivery, Report};
use super::shutdown::ShutdownHandle;
use super::summary::{Counters, count};
use crate::context::ActivityContext;
use crate::name::WorkerName;
use crate::outbox::{Outbox, Stored};
use crate::service::ActivityService;

/// How many outcomes are read and reported at a time.
const AT_A_TIME: usize = 8;

/// What it takes to report outcomes whose tasks were not run here.
#[derive(Debug)]
pub(crate) struct Leftovers {
    pub(crate) worker: WorkerName,
    pub(crate) heartbeat: Duration,
    pub(crate) service: Arc<dyn ActivityService>,
    pub(crate) keeper: Keeper,
    pub(crate) naming: Naming,
    pub(crate) pace: Arc<Pace>,
    pub(crate) shutdown: ShutdownHandle,
    pub(crate) counters: Arc<Counters>,
}

impl Leftovers {
    /// Reports everything that is pending, oldest first; what the worker has no time for stays
    /// in the outbox.
    ///
    /// `tracker` owns the reports; the worker awaits it.
    pub(crate) fn resume(self, outbox: &Outbox, tracker: &TaskTracker) {
        let mut pending = outbox.pending();
        let entries = pending.len();
        if entries == 0 {
            return;
        }
        tracing::info!(
            entries,
            "reporting what an earlier run has left in the outbox"
        );
        let leftovers = Arc::new(self);
        tracker.spawn(async move {
            let mut reports = tokio::task::JoinSet::new();
            while !leftovers.shutdown.leaving().is_cancelled() {
                if reports.len() >= AT_A_TIME {
                    reports.join_next().await;
                }
                let Some(stored) = pending.next().await else {
                    break;
                };
                reports.spawn(Arc::clone(&leftovers).report(stored));
            }
            reports.join_all().await;
        });
    }

    async fn report(self: Arc<Self>, stored: Stored) {
        let Stored {
            entry,
            record,
            maybe_taken,
        } = stored;
        count(&self.counters.received);
        let context = ActivityContext::new(
            record.activity.clone(),
            self.worker.clone(),
            record.token.clone(),
            None,
            self.shutdown.departure().clone(),
        );
        let plan = Plan {
            interval: self.heartbeat,
            heartbeat_timeout: None,
            deadline: None,
            stall_after: None,
        };
        let lease = self
            .keeper
            .keep(record.token.clone(), Instant::now(), plan, &context);
        let succeeded = record.result.is_ok();
        let report = Report {
            service: &self.service,
            token: &record.token,
            lease: &lease,
            activity: &record.activity,
            worker: &self.worker,
            shutdown: &self.shutdown,
            naming: &self.naming,
            pace: &self.pace,
            stored: Some(entry),
            maybe_taken,
        };
        let delivery = report.deliver(record.result).await;
        let age = SystemTime::now().duration_since(record.written_at);
        let age =
            humantime::format_duration(Duration::from_secs(age.unwrap_or_default().as_secs()));
        let (activity, task) = (&record.activity, &record.token);
        let counters = &self.counters;
        match delivery {
            Delivery::Succeeded | Delivery::Failed => {
                tracing::info!(%activity, %task, %age, "reported from the outbox");
                count(if succeeded {
                    &counters.succeeded
                } else {
                    &counters.failed
                });
            }
            Delivery::Probably => {
                tracing::warn!(%activity, %task, %age, "probably delivered by the earlier run: the task is closed");
                count(&counters.probably_delivered);
            }
            Delivery::Gone => {
                tracing::warn!(%activity, %task, %age, "dropped from the outbox: the service no longer wants the task");
                count(&counters.abandoned);
            }
            Delivery::Refused => {
                tracing::error!(%activity, %task, %age, "dropped from the outbox: the service refuses every form of the report");
                count(&counters.undelivered);
            }
            Delivery::Undelivered => {
                tracing::warn!(%activity, %task, %age, "still in the outbox: the worker was aborted");
                count(&counters.undelivered);
            }
        }
    }
}
