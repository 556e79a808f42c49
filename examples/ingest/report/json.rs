//! The report for programs.

use serde_json::{Value, json};
use sfn_worker_core::{Summary, Tally};

use super::Report;

/// The report as JSON.
pub(super) fn json(report: &Report, worker: &Summary) -> Value {
    let all = report.tally.totals.all();
    let by_activity: serde_json::Map<_, _> = worker
        .activities
        .iter()
        .map(|(name, tally)| (name.as_str().to_owned(), counts(tally)))
        .collect();
    json!({
        "directory": report.directory,
        "seconds": report.elapsed.as_secs_f64(),
        "interrupted": report.interrupted,
        "files": {
            "listed": report.tally.listed,
            "read": all.files,
            "set_aside": report.tally.totals.files_set_aside(),
            "passed_over": report.tally.passed_over,
        },
        "bytes": { "read": all.bytes, "compressed": all.packed },
        "executions": report.tally.executions,
        "engine": report.counts,
        "tasks": by_activity,
        "kinds": report.tally.totals.kinds,
        "set_aside": report.tally.set_aside,
        "skipped": report.tally.skipped,
        "failures": report.tally.failures,
    })
}

fn counts(tally: &Tally) -> Value {
    json!({
        "received": tally.received,
        "succeeded": tally.succeeded,
        "failed": tally.failed,
        "handed_back": tally.handed_back,
        "no_longer_wanted": tally.abandoned,
        "undelivered": tally.undelivered,
    })
}
