//! Operations on map runs.

use serde_json::{Value, json};

use super::epoch_seconds;
use super::error::ApiError;
use super::page::{PageRequest, next_token};
use super::request::{Request, Text};
use crate::arn::{ExecutionArn, check_map_run};
use crate::engine::{Engine, MapRunCounts, MapRunDescription, MapRunUpdate};

/// The longest ARN of a map run.
const ARN: Text = Text::shown(1, 2_000);

pub(super) fn list(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("executionArn", Text::ARN);
    let page = PageRequest::read(&mut request, 1_024);
    request.finish()?;
    let arn: ExecutionArn = arn.parse()?;
    let list = format!("map runs {arn}");
    let after = page.after(engine, &list)?;
    let after: Option<u64> = match after {
        None => None,
        Some(number) => Some(number.parse().map_err(|_| ApiError::invalid_token())?),
    };
    let mut found = engine.map_runs(&arn)?;
    found.retain(|run| after.is_none_or(|number| run.number < number));
    let more = found.len() > page.size;
    found.truncate(page.size);
    let listed: Vec<_> = found.iter().map(summary).collect();
    let mut answer = json!({ "mapRuns": listed });
    if let Some(last) = found.last().filter(|_| more) {
        answer["nextToken"] = next_token(engine, &list, &last.number.to_string()).into();
    }
    Ok(answer)
}

pub(super) fn describe(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("mapRunArn", ARN);
    request.finish()?;
    check_map_run(&arn)?;
    let found = engine.describe_map_run(&arn)?;
    let mut answer = json!({
        "mapRunArn": &*found.arn,
        "executionArn": found.execution.as_str(),
        "status": found.status.as_str(),
        "startDate": epoch_seconds(found.started),
        "maxConcurrency": found.max_concurrency,
        "toleratedFailurePercentage": found.tolerated_failure_percentage,
        "toleratedFailureCount": found.tolerated_failure_count,
        "itemCounts": counts(&found.items),
        "executionCounts": counts(&found.executions),
        "redriveCount": 0,
    });
    if let Some(stopped) = found.stopped {
        answer["stopDate"] = epoch_seconds(stopped);
    }
    Ok(answer)
}

pub(super) fn update(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("mapRunArn", ARN);
    let max_concurrency = request.number("maxConcurrency", 0..=i64::from(i32::MAX));
    let percentage = request.decimal("toleratedFailurePercentage", 0.0..=100.0);
    let count = request.number("toleratedFailureCount", 0..=i64::MAX);
    request.finish()?;
    check_map_run(&arn)?;
    engine.update_map_run(
        &arn,
        MapRunUpdate {
            max_concurrency: max_concurrency.and_then(|number| u64::try_from(number).ok()),
            tolerated_failure_count: count.and_then(|number| u64::try_from(number).ok()),
            tolerated_failure_percentage: percentage,
        },
    )?;
    Ok(json!({}))
}

fn summary(run: &MapRunDescription) -> Value {
    let mut summary = json!({
        "executionArn": run.execution.as_str(),
        "mapRunArn": &*run.arn,
        "stateMachineArn": run.state_machine.as_str(),
        "startDate": epoch_seconds(run.started),
    });
    if let Some(stopped) = run.stopped {
        summary["stopDate"] = epoch_seconds(stopped);
    }
    summary
}

fn counts(counts: &MapRunCounts) -> Value {
    json!({
        "pending": counts.pending,
        "running": counts.running,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "timedOut": counts.timed_out,
        "aborted": counts.aborted,
        "total": counts.total,
        "resultsWritten": counts.results_written,
        "failuresNotRedrivable": 0,
        "pendingRedrive": 0,
    })
}
