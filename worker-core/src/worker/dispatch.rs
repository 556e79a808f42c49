//! Task → handler → spawned run on the tracker.

use std::sync::Arc;

use tracing::Instrument as _;

use super::run::{Station, run};
use super::summary::count;
use super::task::Task;
use crate::telemetry;

/// Starts the run of a task; the tracker of the station owns it.
pub(crate) fn dispatch(task: Task, station: &Arc<Station>) {
    count(&station.counters.received);
    let span = tracing::info_span!(
        telemetry::RUN,
        activity = %station.activity,
        task = %task.token,
        trace_id = tracing::field::Empty,
    );
    // What is found while the task is received belongs to its span, too.
    let run = span.in_scope(|| run(task, Arc::clone(station)));
    station.tracker.spawn(run.instrument(span));
}
