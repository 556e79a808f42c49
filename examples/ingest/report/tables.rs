//! The report for people.

use std::fmt::Display;

use comfy_table::{CellAlignment, Table, presets};
use indicatif::{DecimalBytes, HumanCount};
use sfn_worker_core::Summary;

use super::Report;

/// How many files, kinds and failures are shown; the JSON has them all.
const SHOWN: usize = 12;

/// What came of the files.
pub(super) fn results(report: &Report) -> String {
    let mut text = format!("{}\n", overview(report));
    if !report.tally.totals.kinds.is_empty() {
        text += &format!("\n{}\n", kinds(report));
    }
    let set_aside = report.tally.set_aside.iter();
    text += &list(
        "set aside by Catch",
        set_aside.map(|file| format!("{:<14} {}", file.error, file.cause)),
    );
    let skipped = report.tally.skipped.iter();
    text += &list(
        "could not be listed",
        skipped.map(|skipped| format!("{}: {}", skipped.path, skipped.reason)),
    );
    let failures = report.tally.failures.iter();
    text += &list(
        "executions failed",
        failures.map(|failure| {
            let error = failure.error.as_deref().unwrap_or("no error name");
            let cause = failure.cause.as_deref().unwrap_or("no cause");
            let (status, execution) = (&failure.status, &failure.execution);
            format!("{status} {error}: {cause}\n    {execution}")
        }),
    );
    text
}

/// What the worker did.
pub(super) fn worker(report: &Report, worker: &Summary) -> String {
    let mut text = tasks(worker).to_string();
    if report.interrupted {
        text += &format!("\n\n{}", interruption(report, worker));
    }
    text
}

fn overview(report: &Report) -> Table {
    let tally = &report.tally;
    let all = tally.totals.all();
    let executions = &tally.executions;
    let mut table = table(&["", "total", "per second"]);
    let mut row = |what: &str, total: &dyn Display, rate: &dyn Display| {
        table.add_row([what.to_owned(), total.to_string(), rate.to_string()]);
    };
    let rate = |number: u64| format!("{:.0}", report.rate(number));
    row("files read", &HumanCount(all.files), &rate(all.files));
    row(
        "files set aside",
        &HumanCount(tally.totals.files_set_aside()),
        &"",
    );
    row(
        "bytes read",
        &DecimalBytes(all.bytes),
        &per_second(report, all.bytes),
    );
    row(
        "bytes compressed",
        &DecimalBytes(all.packed),
        &ratio(all.bytes, all.packed),
    );
    let ended = executions.succeeded + executions.failed;
    row("executions", &HumanCount(executions.started), &rate(ended));
    if let Some(counts) = report.counts {
        row(
            "tasks done",
            &HumanCount(counts.tasks_done),
            &rate(counts.tasks_done),
        );
        row("tasks failed", &HumanCount(counts.tasks_failed), &"");
        row("tasks retried", &HumanCount(counts.retries), &"");
        row(
            "states entered",
            &HumanCount(counts.states_entered),
            &rate(counts.states_entered),
        );
    }
    row(
        "elapsed",
        &format!("{:.2} s", report.elapsed.as_secs_f64()),
        &"",
    );
    table
}

fn tasks(worker: &Summary) -> Table {
    let mut table = table(&[
        "tasks of",
        "received",
        "done",
        "failed",
        "handed back",
        "unwanted",
    ]);
    for (activity, tally) in &worker.activities {
        let counts = [
            tally.received,
            tally.succeeded,
            tally.failed,
            tally.handed_back,
            tally.abandoned,
        ];
        let mut row = vec![activity.to_string()];
        row.extend(counts.map(|count| HumanCount(count).to_string()));
        table.add_row(row);
    }
    table
}

fn kinds(report: &Report) -> Table {
    let mut table = table(&["kind", "files", "bytes", "compressed", "to"]);
    let mut kinds: Vec<_> = report.tally.totals.kinds.iter().collect();
    kinds.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.bytes));
    for (kind, sum) in kinds.iter().take(SHOWN) {
        table.add_row([
            (*kind).clone(),
            HumanCount(sum.files).to_string(),
            DecimalBytes(sum.bytes).to_string(),
            DecimalBytes(sum.packed).to_string(),
            ratio(sum.bytes, sum.packed),
        ]);
    }
    if kinds.len() > SHOWN {
        table.add_row([format!("{} more kinds", kinds.len() - SHOWN)]);
    }
    table
}

/// What is left behind, and what is not.
fn interruption(report: &Report, worker: &Summary) -> String {
    let executions = &report.tally.executions;
    let total = worker.total();
    format!(
        "interrupted: {} of {} executions ended by themselves, {} were stopped midway and their \
         files are not counted;\nthe worker finished {} tasks and handed {} back",
        HumanCount(executions.succeeded + executions.failed),
        HumanCount(executions.started),
        HumanCount(executions.stopped),
        HumanCount(total.succeeded + total.failed),
        HumanCount(total.handed_back),
    )
}

fn list(title: &str, lines: impl ExactSizeIterator<Item = String>) -> String {
    let number = lines.len();
    if number == 0 {
        return String::new();
    }
    let mut text = format!("\n{title}: {number}\n");
    for line in lines.take(SHOWN) {
        text += &format!("  {line}\n");
    }
    if number > SHOWN {
        text += &format!("  and {} more, see --json\n", number - SHOWN);
    }
    text
}

/// A table whose first column is text and whose others are numbers.
fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_header(header.to_vec());
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn per_second(report: &Report, bytes: u64) -> String {
    format!("{:.1} MB", report.rate(bytes) / 1e6)
}

fn ratio(bytes: u64, packed: u64) -> String {
    if bytes == 0 {
        return String::new();
    }
    format!("{} %", packed.saturating_mul(100) / bytes)
}
