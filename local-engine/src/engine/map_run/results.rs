//! What is told of the child executions of a map run: in the state's result, and in files.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::asl::{OutputType, Transformation};
use crate::machine::{ChildInput, ResultTarget};
use crate::query::format_timestamp;
use crate::store::{Child, ChildEnd, Execution, MapRun};

/// Files with results, and the result of the state that points at them.
#[derive(Debug)]
pub(super) struct Export {
    pub(super) files: Vec<File>,
    pub(super) output: Arc<str>,
}

/// A file to be written.
#[derive(Debug)]
pub(super) struct File {
    pub(super) key: String,
    pub(super) content: Vec<u8>,
}

/// The results as the result of the state.
pub(super) fn output(run: &MapRun, children: &[Child]) -> Arc<str> {
    let entries = entries(run, children.iter());
    join(&entries, OutputType::Json).into()
}

/// The results as files: one for those that succeeded, one for those that failed, one for those
/// that never came to an end of their own, and a manifest that names them.
pub(super) fn export(
    run: &MapRun,
    target: &ResultTarget,
    children: &[Child],
    pending: &[ChildInput],
) -> Export {
    let name = run.plan.arn.rsplit(':').next().unwrap_or_default();
    let prefix = target.prefix.trim_end_matches('/');
    let folder = if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}/{name}")
    };
    let of = |wanted: fn(ChildEnd) -> bool| {
        let found = children
            .iter()
            .filter(move |child| child.end.is_some_and(wanted));
        entries(run, found)
    };
    let succeeded = of(|end| end == ChildEnd::Succeeded);
    let failed = of(|end| matches!(end, ChildEnd::Failed | ChildEnd::TimedOut));
    let mut unfinished = of(|end| end == ChildEnd::Aborted);
    unfinished.extend(
        pending
            .iter()
            .map(|input| json!({ "Input": &*input.input, "Status": "PENDING" }).to_string()),
    );
    let mut files = Vec::new();
    let mut named = Map::new();
    for (kind, entries) in [
        ("FAILED", failed),
        ("PENDING", unfinished),
        ("SUCCEEDED", succeeded),
    ] {
        named.insert(kind.to_owned(), json!([]));
        if entries.is_empty() {
            continue;
        }
        let ending = match run.plan.results.output {
            OutputType::Json => "json",
            OutputType::JsonLines => "jsonl",
        };
        let key = format!("{folder}/{kind}_0.{ending}");
        let content = join(&entries, run.plan.results.output).into_bytes();
        named[kind] = json!([{ "Key": key, "Size": content.len() }]);
        files.push(File { key, content });
    }
    let manifest = json!({
        "DestinationBucket": target.bucket,
        "MapRunArn": &*run.plan.arn,
        "ResultFiles": named,
    });
    let key = format!("{folder}/manifest.json");
    let output = json!({
        "MapRunArn": &*run.plan.arn,
        "ResultWriterDetails": { "Bucket": target.bucket, "Key": key },
    });
    files.push(File {
        key,
        content: manifest.to_string().into_bytes(),
    });
    Export {
        files,
        output: output.to_string().into(),
    }
}

/// What is told of these children, as JSON texts.
fn entries<'a>(run: &MapRun, children: impl Iterator<Item = &'a Child>) -> Vec<String> {
    let transformation = run.plan.results.transformation;
    let mut entries = Vec::new();
    for child in children {
        let Some(execution) = &child.execution else {
            continue;
        };
        let output = execution
            .lock()
            .end
            .as_ref()
            .and_then(|end| end.closed.output.clone());
        match (output, transformation) {
            (Some(output), Transformation::Compact) => entries.push(output.to_string()),
            (Some(output), Transformation::Flatten) => flatten(&output, &mut entries),
            // What failed has no output: all there is to know of it takes its place.
            (None, _) | (Some(_), Transformation::None) => {
                entries.push(describe(run, execution).to_string());
            }
        }
    }
    entries
}

/// The items of an output that is an array, or the output.
fn flatten(output: &str, entries: &mut Vec<String>) {
    match serde_json::from_str(output) {
        Ok(Value::Array(items)) => entries.extend(items.iter().map(Value::to_string)),
        _ => entries.push(output.to_owned()),
    }
}

/// Everything about a child execution, in the service's words.
fn describe(run: &MapRun, execution: &Execution) -> Value {
    let end = execution.lock().end.clone();
    let mut all = Map::new();
    let mut add = |name: &str, value: Value| all.insert(name.to_owned(), value);
    add("ExecutionArn", execution.arn.as_str().into());
    add("Input", (*execution.input).into());
    add("InputDetails", json!({ "Included": true }));
    add("Name", (*execution.name).into());
    let status = end.as_ref().map(|end| ChildEnd::from(end.closed.status));
    if let Some(closed) = end.as_ref().map(|end| &end.closed) {
        if let Some(output) = &closed.output {
            add("Output", (**output).into());
        }
        if let Some(error) = &closed.error {
            add("Error", error.as_str().into());
        }
        if let Some(cause) = &closed.cause {
            add("Cause", cause.as_str().into());
        }
    }
    if status == Some(ChildEnd::Succeeded) {
        add("OutputDetails", json!({ "Included": true }));
    }
    add("RedriveCount", 0.into());
    if status == Some(ChildEnd::Succeeded) {
        add("RedriveStatus", "NOT_REDRIVABLE".into());
        add(
            "RedriveStatusReason",
            "Execution is SUCCEEDED and cannot be redriven".into(),
        );
    } else {
        add("RedriveStatus", "REDRIVABLE_BY_MAP_RUN".into());
    }
    add("StartDate", date(execution.started));
    add("StateMachineArn", run.machine.arn.as_str().into());
    add(
        "Status",
        match status {
            Some(ChildEnd::Succeeded) => "SUCCEEDED",
            Some(ChildEnd::Failed) => "FAILED",
            Some(ChildEnd::TimedOut) => "TIMED_OUT",
            Some(ChildEnd::Aborted) => "ABORTED",
            None => "RUNNING",
        }
        .into(),
    );
    if let Some(end) = end {
        add("StopDate", date(end.at));
    }
    Value::Object(all)
}

fn date(at: Timestamp) -> Value {
    format_timestamp(at).into()
}

fn join(entries: &[String], form: OutputType) -> String {
    match form {
        OutputType::Json => format!("[{}]", entries.join(",")),
        OutputType::JsonLines => {
            let mut lines = entries.join("\n");
            lines.push('\n');
            lines
        }
    }
}
