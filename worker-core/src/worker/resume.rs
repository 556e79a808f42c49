//! Reports what an earlier run has left in the outbox.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::config::Naming;
use super::heartbeat::{Keeper, Plan};
use super::pace::Pace;
use super::report::{Delivery, Report};
use super::shutdown::ShutdownHandle;
use super::summary::{Counters, count};
use crate::context::ActivityContext;
use crate::failure::names;
use crate::name::WorkerName;
use crate::outbox::{Outbox, Pending, Stored};
use crate::service::ActivityService;

/// What it takes to report outcomes whose tasks were not run here.
#[derive(Debug)]
pub(crate) struct Leftovers {
    pub(crate) worker: WorkerName,
    /// How many outcomes are in memory, kept alive and reported at a time; as many as there can
    /// be of a run, so that those that were kept alive together then still are.
    pub(crate) at_a_time: usize,
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
        let pending = outbox.pending();
        let entries = pending.len();
        if entries == 0 {
            return;
        }
        tracing::info!(
            entries,
            "reporting what an earlier run has left in the outbox"
        );
        tracker.spawn(Arc::new(self).report_all(pending));
    }

    async fn report_all(self: Arc<Self>, mut pending: Pending) {
        let mut reports = JoinSet::new();
        loop {
            while reports.len() >= self.at_a_time
                && let Some(ended) = reports.join_next().await
            {
                self.ended(ended);
            }
            if self.shutdown.leaving().is_cancelled() {
                break;
            }
            let Some(stored) = pending.next().await else {
                break;
            };
            reports.spawn(Arc::clone(&self).report(stored));
        }
        self.left_behind(&pending);
        drop(pending);
        while let Some(ended) = reports.join_next().await {
            self.ended(ended);
        }
    }

    /// Notes that a report has ended, and how if it panicked: its outcome is still stored.
    fn ended(&self, ended: Result<(), JoinError>) {
        if let Err(error) = ended {
            tracing::error!(%error, "reporting from the outbox panicked");
            count(&self.counters.undelivered);
        }
    }

    /// Counts what there was no time for.
    fn left_behind(&self, pending: &Pending) {
        let entries = pending.len();
        if entries > 0 {
            tracing::warn!(
                entries,
                "no time for these outcomes of an earlier run, they stay in the outbox"
            );
        }
        for _ in 0..entries {
            count(&self.counters.received);
            count(&self.counters.undelivered);
        }
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
            interval: record.heartbeat,
            heartbeat_timeout: None,
            deadline: None,
            stall_after: None,
        };
        // The service has heard nothing since the earlier run ended: unless the report is taken
        // at once, a heartbeat soon follows it.
        let heard = Instant::now();
        let heard = heard.checked_sub(record.heartbeat / 2).unwrap_or(heard);
        let lease = self
            .keeper
            .keep(record.token.clone(), heard, plan, &context);
        let handed_back =
            matches!(&record.result, Err(failure) if failure.error() == names::SHUTTING_DOWN);
        let benign = matches!(&record.result, Err(failure) if failure.is_benign());
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
        if benign && delivery == Delivery::Failed {
            count(&counters.benign);
        }
        match delivery {
            Delivery::Succeeded | Delivery::Failed => {
                tracing::info!(%activity, %task, %age, "reported from the outbox");
                count(match delivery {
                    Delivery::Succeeded => &counters.succeeded,
                    _ if handed_back => &counters.handed_back,
                    _ => &counters.failed,
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
