//! Large payloads through a worker and a state machine, with a store in a directory.

use std::time::Duration;

use serde_json::{Value, json};
use sfn_local_engine::{AbandonedPolls, ExecutionStatus};
use sfn_worker_core::claim_check::{
    ClaimCheck, DirectoryStore, PayloadDigest, PayloadStore, StoreError, StoreFuture, StoreTrouble,
};
use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{ActivityContext, ActivityOptions, Failure, Payload, Worker, activity};
use sfn_worker_tests::activities::{echo, oversized};
use sfn_worker_tests::{Rig, Running, bounded};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::log::{heard, listen};

/// Returns a report of so many pages of 1,000 bytes.
#[activity]
async fn render(pages: usize) -> Result<Vec<String>, Failure> {
    Ok(vec!["p".repeat(997); pages])
}

/// Counts the pages of a report.
#[activity]
async fn count(pages: Vec<String>) -> Result<usize, Failure> {
    Ok(pages.len())
}

/// Returns a report later, from elsewhere.
#[activity]
async fn renders_later(pages: usize, context: ActivityContext) -> Result<(), Failure> {
    let completion = context.detach();
    let mut elsewhere = JoinSet::new();
    elsewhere.spawn(async move {
        sleep(Duration::from_secs(60)).await;
        completion.succeed(&vec!["p".repeat(997); pages]);
    });
    elsewhere.detach_all();
    Ok(())
}

fn store() -> (TempDir, ClaimCheck) {
    let folder = tempfile::tempdir().unwrap();
    let store = DirectoryStore::open(folder.path()).unwrap();
    (folder, ClaimCheck::new(store))
}

/// Renders, decides by the size, and counts what may be counted.
fn machine() -> Value {
    json!({"StartAt": "Render", "States": {
        "Render": {"Type": "Task", "Resource": "activity:render", "ResultPath": "$.report",
                   "InputPath": "$.pages", "Next": "Choose"},
        "Choose": {"Type": "Choice", "Default": "Count", "Choices": [{"And": [
            {"Variable": "$.report.sfnWorkerPayload", "IsPresent": true},
            {"Variable": "$.report.sfnWorkerPayload.bytes", "NumericGreaterThan": 2_000_000}],
            "Next": "Too long"}]},
        "Count": {"Type": "Task", "Resource": "activity:count", "InputPath": "$.report",
                  "End": true},
        "Too long": {"Type": "Fail", "Error": "ReportTooLong"},
    }})
}

#[tokio::test(start_paused = true)]
async fn a_state_machine_passes_pointers_on_and_decides_by_their_size() {
    let (_folder, check) = store();
    let rig = Rig::new(AbandonedPolls::Release, &["render", "count"]);
    let machine = rig.machine("m", &machine());
    let builder = rig.worker().activity::<render>().activity::<count>();
    let worker = Running::start(builder.layer(check));
    for (pages, status, output) in [
        (3, ExecutionStatus::Succeeded, Some("3")),
        (1_000, ExecutionStatus::Succeeded, Some("1000")),
        (3_000, ExecutionStatus::Failed, None),
    ] {
        let execution = rig.start(&machine, &json!({"pages": pages}));
        let ended = rig.ended(&execution).await;
        assert_eq!(ended.status, status, "{pages}");
        assert_eq!(ended.output.as_deref(), output, "{pages}");
    }
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn an_output_above_the_limit_is_stored_where_there_is_a_store() {
    let (_folder, check) = store();
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone()).activity::<oversized>();
    let worker = Running::start(builder.layer(check));
    let task = service.offer("oversized", "null");
    let answer = bounded(task.answer()).await;
    let pointer: Value = serde_json::from_str(answer.output().unwrap()).unwrap();
    assert_eq!(pointer["sfnWorkerPayload"]["bytes"], Payload::LIMIT + 2);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn the_output_of_a_detached_task_goes_to_the_store() {
    let (_folder, check) = store();
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone()).activity::<renders_later>();
    let worker = Running::start(builder.layer(check));
    let answer = bounded(service.offer("renders_later", "1000").answer()).await;
    assert!(
        answer.output().unwrap().contains(r#""bytes":1000001"#),
        "{answer:?}"
    );
    worker.drain().await;
}

/// A store in which everything is an empty list, eight seconds away.
#[derive(Debug)]
struct Distant;

impl PayloadStore for Distant {
    fn put<'a>(&'a self, _: &'a Payload, digest: PayloadDigest) -> StoreFuture<'a, String> {
        Box::pin(async move { Ok(format!("distant:{digest}")) })
    }

    fn get<'a>(&'a self, _: &'a str, _: usize) -> StoreFuture<'a, Vec<u8>> {
        Box::pin(async {
            sleep(Duration::from_secs(8)).await;
            Ok(b"[]".to_vec())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_goes_on_is_not_a_handler_that_hangs() {
    let service = ScriptedService::new();
    let options = ActivityOptions::new().with_stall_after(Duration::from_secs(10));
    let builder = Worker::builder(service.clone()).activity_with::<echo>(options);
    let worker = Running::start(builder.layer(ClaimCheck::new(Distant)));
    let sha256 = PayloadDigest::of(b"[]").to_string();
    let pointers: Vec<_> = (0..20)
        .map(|number| {
            json!({"sfnWorkerPayload": {"version": 1, "uri": format!("distant:{number}"),
                "bytes": 2, "sha256": sha256}})
        })
        .collect();
    let task = service.offer("echo", &json!(pointers).to_string());
    let answer = bounded(task.answer()).await;
    let expected = vec!["[]"; 20].join(",");
    assert_eq!(answer.output(), Some(format!("[{expected}]").as_str()));
    worker.drain().await;
}

/// A store that takes its time and then does not work.
#[derive(Debug)]
struct Slow(Duration);

impl PayloadStore for Slow {
    fn put<'a>(&'a self, _: &'a Payload, _: PayloadDigest) -> StoreFuture<'a, String> {
        Box::pin(async move {
            sleep(self.0).await;
            Err(StoreError::new(StoreTrouble::Unavailable, "no space left"))
        })
    }

    fn get<'a>(&'a self, _: &'a str, _: usize) -> StoreFuture<'a, Vec<u8>> {
        Box::pin(async move {
            sleep(self.0).await;
            Err(StoreError::new(StoreTrouble::Missing, "it has expired"))
        })
    }
}

fn pointer() -> String {
    let sha256 = PayloadDigest::of(b"canary");
    json!({"sfnWorkerPayload": {"version": 1, "uri": "canary:", "bytes": 6,
        "sha256": sha256.to_string()}})
    .to_string()
}

#[tokio::test(start_paused = true)]
async fn heartbeats_go_out_while_a_payload_is_fetched() {
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone()).activity::<echo>();
    let check = ClaimCheck::new(Slow(Duration::from_secs(95)));
    let worker = Running::start(builder.layer(check));
    let task = service.offer("echo", &pointer());
    let answer = bounded(task.answer()).await;
    assert_eq!(answer.error(), Some("Worker.PayloadUnavailable"));
    assert!(answer.cause().unwrap().contains("it has expired"));
    assert_eq!(task.heartbeats().len(), 9);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p6_fetching_ends_with_the_task() {
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone()).activity::<echo>();
    let check = ClaimCheck::new(Slow(Duration::from_secs(100_000)));
    let worker = Running::start(builder.layer(check));
    let task = service.offer("echo", &pointer());
    service.until(|_| task.heartbeats().len() == 2).await;
    task.close();
    let closed = Instant::now();
    let summary = worker.drain().await;
    assert_eq!(summary.total().abandoned, 1);
    // One more heartbeat to learn of it, and the poll that the service held.
    assert!(closed.elapsed() < Duration::from_secs(61));
    assert!(service.calls(Operation::Fail).is_empty());
}

#[tokio::test(start_paused = true)]
async fn p10_no_payload_and_no_pointer_reaches_the_log() {
    listen();
    let (_folder, check) = store();
    let service = ScriptedService::new();
    let worker = Running::start(
        Worker::builder(service.clone())
            .activity::<echo>()
            .layer(check.above(10)),
    );
    let large = format!(r#""{}""#, "canary-payload".repeat(10));
    let stored = bounded(service.offer("echo", &large).answer()).await;
    let stored = stored.output().unwrap().to_owned();
    let tasks = [
        service.offer("echo", &stored),
        service.offer("echo", &stored.replace("version", "canary")),
        service.offer("echo", &stored.replace("file:", "canary:")),
        service.offer("echo", &stored.replace(r#""bytes":"#, r#""bytes":1"#)),
    ];
    for task in &tasks {
        bounded(task.answer()).await;
    }
    worker.drain().await;

    let text = heard();
    let pointer: Value = serde_json::from_str(&stored).unwrap();
    let hash = pointer["sfnWorkerPayload"]["sha256"].as_str().unwrap();
    for canary in ["canary", hash, "file:"] {
        assert!(!text.contains(canary), "{canary} was logged:\n{text}");
    }
    assert!(text.contains("the output went to the store"));
    assert!(text.contains("the input came from the store"));
}
