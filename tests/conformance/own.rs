//! Our own cases: folders with a definition, an input, a worker's script and a history.
//!
//! `cases/<kind of state>/<what it shows>/` holds
//!
//! - `definition.asl.json`: the state machine; activities are `arn:aws:states:us-east-1:000000000000:activity:NAME`;
//! - `input.json`: the input of the execution;
//! - `worker.json`, if there are activities: per activity what comes of its tasks, in order:
//!   `{"success": OUTPUT}`, `{"failure": {"error": …, "cause": …}}` or neither (the task is taken
//!   and never answered); with `"after": SECONDS` it comes later, with `"heartbeat": SECONDS` the
//!   task is kept alive meanwhile;
//! - `objects/BUCKET/KEY`, if a Map reads or writes any: what the buckets hold at first;
//! - `mocks.json`, if there are calls of functions or services: what they are answered with, in the
//!   format of Step Functions Local; the state machine is `case` and its test case `Case`;
//! - `children.json`, if there are other state machines: their definitions by name;
//! - `history.json`: the expected events; `at` is the time since the start in seconds.
//!
//! A new case is a folder without `history.json`; `UPDATE_EXPECT=1 cargo conformance` writes it,
//! and the reader checks it against the language's rules before it is committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use sfn_local_engine::{MemoryObjects, MockConfig};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::bounded;
use crate::endpoint::{ACCOUNT, Endpoint, REGION};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance/cases");
/// An execution that runs longer is stopped there, and its history says so.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// The folders of all cases, in order.
///
/// # Panics
///
/// When a folder cannot be read.
pub(crate) fn folders() -> Vec<PathBuf> {
    let kinds = subfolders(Path::new(CASES));
    kinds.iter().flat_map(|kind| subfolders(kind)).collect()
}

/// Runs one case and compares its history with the expected one, or writes the latter anew.
///
/// # Errors
///
/// When the case cannot be read or run, or its history is not the expected one.
pub(crate) fn check(folder: &Path, update: bool) -> Result<(), String> {
    let name = folder
        .strip_prefix(CASES)
        .unwrap_or(folder)
        .display()
        .to_string();
    run(folder, update).map_err(|problem| format!("{name}: {problem}"))
}

/// What comes of one task.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    success: Option<Value>,
    failure: Option<Failure>,
    #[serde(default)]
    after: f64,
    heartbeat: Option<f64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Failure {
    error: Option<String>,
    cause: Option<String>,
}

#[derive(Debug)]
struct Case {
    definition: String,
    input: String,
    workers: BTreeMap<String, Vec<Turn>>,
    objects: MemoryObjects,
    mocks: Option<MockConfig>,
    children: BTreeMap<String, Value>,
}

fn run(folder: &Path, update: bool) -> Result<(), String> {
    let case = Case {
        definition: read(&folder.join("definition.asl.json"))?,
        input: read(&folder.join("input.json"))?.trim_end().to_owned(),
        workers: match fs::read_to_string(folder.join("worker.json")) {
            Ok(text) => parse(&text, "worker.json")?,
            Err(_) => BTreeMap::new(),
        },
        objects: MemoryObjects::new(),
        mocks: match fs::read_to_string(folder.join("mocks.json")) {
            Ok(text) => {
                let mocks = text.parse::<MockConfig>();
                Some(mocks.map_err(|error| format!("cannot understand mocks.json: {error}"))?)
            }
            Err(_) => None,
        },
        children: match fs::read_to_string(folder.join("children.json")) {
            Ok(text) => parse(&text, "children.json")?,
            Err(_) => BTreeMap::new(),
        },
    };
    load(&folder.join("objects"), &case.objects)?;
    let history = bounded::within(move || execute(case))??;
    let expected = folder.join("history.json");
    if update {
        let text = serde_json::to_string_pretty(&history).map_err(|error| error.to_string())?;
        return fs::write(&expected, text + "\n").map_err(|error| error.to_string());
    }
    let expected: Vec<Value> = parse(&read(&expected)?, "history.json")?;
    first_difference(&expected, &history).map_or(Ok(()), Err)
}

async fn execute(case: Case) -> Result<Vec<Value>, String> {
    let endpoint = Endpoint::start_own(case.objects, case.mocks);
    for (name, definition) in case.children {
        let child = json!({
            "name": name,
            "definition": definition.to_string(),
            "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/case"),
        });
        call(&endpoint, "CreateStateMachine", child).await?;
    }
    let mut workers = JoinSet::new();
    for (activity, turns) in case.workers {
        call(&endpoint, "CreateActivity", json!({"name": activity})).await?;
        workers.spawn(work(endpoint.clone(), activity, turns));
    }
    let machine = json!({
        "name": "case",
        "definition": case.definition,
        "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/case"),
    });
    let machine = call(&endpoint, "CreateStateMachine", machine).await?;
    let start =
        json!({"stateMachineArn": machine["stateMachineArn"], "name": "run", "input": case.input});
    let execution = call(&endpoint, "StartExecution", start).await?;
    let execution = json!({"executionArn": execution["executionArn"]});
    let ended = async {
        while call(&endpoint, "DescribeExecution", execution.clone()).await?["status"] == "RUNNING"
        {
            sleep(Duration::from_secs(1)).await;
        }
        Ok::<(), String>(())
    };
    match tokio::time::timeout(PATIENCE, ended).await {
        Ok(described) => described?,
        Err(_) => {
            return Err(format!(
                "still running after {} virtual hours",
                PATIENCE.as_secs() / 3600
            ));
        }
    }
    let history = call(&endpoint, "GetExecutionHistory", execution).await?;
    let events = history["events"]
        .as_array()
        .ok_or("a history without events")?;
    Ok(events
        .iter()
        .map(|event| without_chance(with_offset(event, &events[0])))
        .collect())
}

async fn call(endpoint: &Endpoint, operation: &str, request: Value) -> Result<Value, String> {
    let answer = endpoint.call(operation, &request).await;
    match answer.code() {
        None => Ok(answer.body),
        Some(code) => Err(format!(
            "{operation} was refused with {code}: {}",
            answer.message()
        )),
    }
}

async fn work(endpoint: Endpoint, activity: String, turns: Vec<Turn>) {
    let arn = format!("arn:aws:states:{REGION}:{ACCOUNT}:activity:{activity}");
    for turn in turns {
        let token = loop {
            let poll = json!({"activityArn": arn, "workerName": "worker"});
            let answer = endpoint.call("GetActivityTask", &poll).await;
            if answer.status != 200 {
                return;
            }
            if answer.body["taskToken"].is_string() {
                break answer.body["taskToken"].clone();
            }
        };
        wait(&endpoint, &turn, &token).await;
        if let Some(output) = &turn.success {
            let report = json!({"taskToken": token, "output": output.to_string()});
            endpoint.call("SendTaskSuccess", &report).await;
        } else if let Some(Failure { error, cause }) = &turn.failure {
            let report = json!({"taskToken": token, "error": error, "cause": cause});
            endpoint.call("SendTaskFailure", &report).await;
        }
    }
}

/// Lets the time before the answer pass, with heartbeats if the turn has them.
async fn wait(endpoint: &Endpoint, turn: &Turn, token: &Value) {
    let answering = sleep(Duration::from_secs_f64(turn.after));
    let Some(interval) = turn.heartbeat else {
        return answering.await;
    };
    let beating = async {
        loop {
            sleep(Duration::from_secs_f64(interval)).await;
            endpoint
                .call("SendTaskHeartbeat", &json!({"taskToken": token}))
                .await;
        }
    };
    tokio::select! {
        biased;
        () = answering => {}
        () = beating => {}
    }
}

/// Fills buckets from the sub-folders of this one, if it is there.
fn load(folder: &Path, objects: &MemoryObjects) -> Result<(), String> {
    if !folder.is_dir() {
        return Ok(());
    }
    for bucket in subfolders(folder) {
        let name = bucket.file_name().unwrap_or_default().to_string_lossy();
        objects.add_bucket(&name);
        let mut open = vec![bucket.clone()];
        while let Some(folder) = open.pop() {
            open.extend(subfolders(&folder));
            for file in files(&folder)? {
                let key = file.strip_prefix(&bucket).unwrap_or(&file);
                let content = fs::read(&file).map_err(|error| error.to_string())?;
                objects.add(&name, &key.display().to_string(), content);
            }
        }
    }
    Ok(())
}

/// The event with `at`, the seconds since the first, in place of its timestamp.
fn with_offset(event: &Value, first: &Value) -> Value {
    let seconds = |event: &Value| event["timestamp"].as_f64().unwrap_or(f64::NAN);
    let milliseconds = ((seconds(event) - seconds(first)) * 1000.0).round();
    let mut placed = json!({"at": milliseconds / 1000.0});
    for (key, value) in event.as_object().into_iter().flatten() {
        if key != "timestamp" {
            placed[key] = without_uuids(value);
        }
    }
    placed
}

/// The value with a star for every UUID in a text: the names of map runs and of their child
/// executions are drawn anew every time.
fn without_uuids(value: &Value) -> Value {
    match value {
        Value::String(text) => starred(text).into(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), without_uuids(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_uuids).collect(),
        other => other.clone(),
    }
}

/// The event with `*` in place of what is another value in every run: dates, tokens, and what
/// HTTP answers tell of themselves. Texts that hold JSON are looked into.
fn without_chance(value: Value) -> Value {
    const CHANCE: [&str; 5] = [
        "SdkHttpMetadata",
        "SdkResponseMetadata",
        "StartDate",
        "StopDate",
        "TaskToken",
    ];
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(key, member)| {
                let member = if CHANCE.contains(&key.as_str()) {
                    json!("*")
                } else {
                    without_chance(member)
                };
                (key, member)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(without_chance).collect(),
        Value::String(text) => match serde_json::from_str::<Value>(&text) {
            Ok(inner @ Value::Object(_)) => {
                let cleaned = without_chance(inner.clone());
                // A text in which nothing was replaced stays as it was written.
                if cleaned == inner {
                    Value::String(text)
                } else {
                    Value::String(cleaned.to_string())
                }
            }
            _ => Value::String(without_request_id(&text)),
        },
        other => other,
    }
}

/// The text with `*` in place of the request id that causes of services end with.
fn without_request_id(text: &str) -> String {
    const NAME: &str = "Request ID: ";
    match text.split_once(NAME) {
        Some((before, after)) => {
            let end = after.find([',', ';', ')']).unwrap_or(after.len());
            format!("{before}{NAME}*{}", &after[end..])
        }
        None => text.to_owned(),
    }
}

fn first_difference(expected: &[Value], history: &[Value]) -> Option<String> {
    let length = expected.len().max(history.len());
    let shown = |event: Option<&Value>| {
        event.map_or_else(|| "no event".to_owned(), |event| format!("{event:#}"))
    };
    (0..length)
        .map(|index| (expected.get(index), history.get(index)))
        .find(|(wanted, came)| wanted != came)
        .map(|(wanted, came)| {
            format!(
                "the history is another one (UPDATE_EXPECT=1 accepts it)\nexpected {}\ncame {}",
                shown(wanted),
                shown(came)
            )
        })
}

fn starred(text: &str) -> String {
    let mut starred = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let end = match rest.get(..36) {
            Some(head) if is_uuid(head) => 36,
            _ => next.len_utf8(),
        };
        starred.push_str(if end == 36 { "*" } else { &rest[..end] });
        rest = &rest[end..];
    }
    starred
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    Ok(files)
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str, name: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("cannot understand {name}: {error}"))
}
