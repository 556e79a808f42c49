//! The state machine and the activities of `ingest`, in process with the engine.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use sfn_local_engine::{Engine, ExecutionStatus};
use sfn_worker_core::{Summary, Worker};
use tempfile::TempDir;
use tokio::time::timeout;

// The activities as the program has them, with their own tests.
mod activities;
mod promises;

use self::activities::{Listing, SetAside, Skipped, Totals};

#[derive(Debug, Deserialize)]
struct Batch {
    totals: Totals,
    set_aside: Vec<SetAside>,
}

/// How an execution ended, and what the worker did.
struct Ended {
    status: ExecutionStatus,
    output: String,
    error: Option<String>,
    retries: u64,
    summary: Summary,
}

/// Executes the definition once.
async fn execute(input: serde_json::Value) -> Ended {
    let engine = Engine::new();
    for name in activities::NAMES {
        engine.create_activity(name).unwrap();
    }
    let definition = include_str!("state-machine.asl.json");
    let machine = engine.create_state_machine("ingest", definition).unwrap();
    let builder = Worker::builder(engine.activity_service());
    let worker = activities::register(builder, 2).build().unwrap();
    let shutdown = worker.shutdown_handle();

    let execution = async {
        let execution = engine
            .start_execution(&machine, None, &input.to_string())
            .unwrap();
        let end = engine.wait(&execution).await.unwrap();
        shutdown.drain();
        engine.close_polls();
        end
    };
    let both = async { tokio::join!(execution, worker.run()) };
    let (end, summary) = timeout(Duration::from_secs(60), both).await.unwrap();
    let retries = engine.counters().borrow().retries;
    Ended {
        status: end.status,
        output: end.output.as_deref().unwrap_or_default().to_owned(),
        error: end.error,
        retries,
        summary,
    }
}

fn batch(root: &Path, files: &[&str], flaky: u64) -> serde_json::Value {
    json!({ "root": root, "files": files, "level": 6, "flaky": flaky })
}

fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("text"), "text ".repeat(1_000)).unwrap();
    fs::write(directory.path().join("tiny"), "tiny").unwrap();
    fs::write(directory.path().join("empty"), "").unwrap();
    directory
}

#[tokio::test]
async fn files_that_cannot_be_read_take_the_catch_path() {
    let directory = directory();
    let files = ["empty", "text", "tiny", "vanished"];
    let ended = execute(batch(directory.path(), &files, 0)).await;

    assert_eq!(
        ended.status,
        ExecutionStatus::Succeeded,
        "{:?}",
        ended.error
    );
    let Batch { totals, set_aside } = serde_json::from_str(&ended.output).unwrap();
    let all = totals.all();
    assert_eq!((all.files, all.bytes), (2, 5_004));
    assert!(all.packed < 200, "{all:?}");
    let set_aside: Vec<_> = set_aside
        .iter()
        .map(|file| (file.path.as_str(), file.error.as_str(), file.cause.as_str()))
        .collect();
    let expected = [
        ("empty", "FileEmpty", "empty is empty"),
        ("vanished", "FileVanished", "vanished is not there any more"),
    ];
    assert_eq!(set_aside, expected);
    assert_eq!(totals.files_set_aside(), 2);
    // Four inspected, of which two fail; one worth compressing; one sum.
    let total = ended.summary.total();
    assert_eq!((total.succeeded, total.failed), (4, 2), "{}", ended.summary);
    assert_eq!(ended.retries, 0);
}

#[tokio::test]
async fn a_file_that_fails_at_first_is_tried_again() {
    let directory = directory();
    // One in one: both fail their first attempt.
    let ended = execute(batch(directory.path(), &["text", "empty"], 1)).await;
    assert_eq!(
        ended.status,
        ExecutionStatus::Succeeded,
        "{:?}",
        ended.error
    );
    let Batch { totals, set_aside } = serde_json::from_str(&ended.output).unwrap();
    assert_eq!(totals.all().files, 1);
    assert_eq!(set_aside.len(), 1);
    assert_eq!(ended.retries, 2);
    assert_eq!(ended.summary.total().failed, 3, "{}", ended.summary);
}

#[tokio::test]
async fn without_files_the_directory_is_listed() {
    let directory = directory();
    let input = json!({ "root": directory.path(), "after": null, "batch": 2 });
    let ended = execute(input).await;
    let listing: Listing = serde_json::from_str(&ended.output).unwrap();
    assert_eq!(listing.batches, [vec!["empty", "text"], vec!["tiny"]]);
    assert_eq!(listing.skipped, Vec::<Skipped>::new());
    assert_eq!((listing.passed_over, listing.next), (0, None));
}

#[tokio::test]
async fn a_missing_directory_fails_the_execution_by_name() {
    let input = json!({ "root": "/nowhere/at/all", "after": null, "batch": 2 });
    let ended = execute(input).await;
    assert_eq!(ended.status, ExecutionStatus::Failed);
    assert_eq!(ended.error.as_deref(), Some("DirectoryMissing"));
}

#[tokio::test]
async fn a_path_that_leads_outside_fails_the_execution() {
    let directory = directory();
    let ended = execute(batch(directory.path(), &["../../etc/passwd"], 0)).await;
    assert_eq!(ended.status, ExecutionStatus::Failed);
    assert_eq!(ended.error.as_deref(), Some("PathOutside"));
}
