//! The pipeline in process: engine, worker and files.

use std::fs;
use std::path::Path;
use std::time::Duration;

use clap::Parser as _;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::*;
use crate::problem::Exit;
use crate::target::End;

/// Runs the program as the command line would, but for a real minute at most.
async fn run(arguments: &[&str]) -> Result<Report, Problem> {
    let program = std::iter::once("ingest").chain(arguments.iter().copied());
    let args = Args::try_parse_from(program.chain(["--json"])).unwrap();
    timeout(Duration::from_secs(60), ingest(&args))
        .await
        .unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_read_take_the_catch_path_and_flaky_ones_are_retried() {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..30 {
        let path = directory.path().join(format!("file{number}.txt"));
        fs::write(path, "text ".repeat(100 + number)).unwrap();
    }
    fs::write(directory.path().join("empty"), "").unwrap();
    let tiny = directory.path().join("tiny");
    fs::write(tiny, "tiny").unwrap();

    let report = run(&[text(directory.path()), "--flaky", "1", "--batch", "10"])
        .await
        .unwrap();

    assert_eq!(report.exit(), Exit::Done);
    assert_eq!(report.tally.listed, 32);
    assert_eq!(report.tally.totals.all().files, 31);
    let [set_aside] = &report.tally.set_aside[..] else {
        panic!("{:?}", report.tally.set_aside);
    };
    assert_eq!(
        (set_aside.path.as_str(), set_aside.error.as_str()),
        ("empty", "FileEmpty")
    );
    // One that lists and four batches.
    assert_eq!(report.tally.executions.succeeded, 5);
    // Every file fails its first attempt; the empty one fails its second too.
    let inspect = &report.summary.activities[&"ingest-inspect".parse().unwrap()];
    assert_eq!((inspect.failed, inspect.succeeded), (33, 31));
    assert_eq!(report.counts.unwrap().retries, 32);
    // What is tiny is not worth compressing.
    let compress = &report.summary.activities[&"ingest-compress".parse().unwrap()];
    assert_eq!(compress.succeeded, 30);
    let all = report.tally.totals.all();
    assert!(all.packed < all.bytes / 2, "{all:?}");
    assert!(!report::tables(&report).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_vanishes_after_it_was_listed_is_set_aside() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("there"), "text ".repeat(100)).unwrap();
    let args = Args::try_parse_from(["ingest", text(directory.path()), "--flaky", "0"]).unwrap();
    let plan = Plan::new(&args).unwrap();
    let definition = Definition::load(None, &activities::NAMES).unwrap();
    let target = Target::open(&args).await.unwrap();
    let arns = target.create_activities(&activities::NAMES).await.unwrap();
    let machine = target.create_machine(&definition, &arns).await.unwrap();
    let worker = activities::register(target.worker(), 2).build().unwrap();
    let shutdown = worker.shutdown_handle();

    let execution = async {
        let files = ["there", "vanished"].map(str::to_owned);
        let execution = machine.start(&plan.batch(&files)).await.unwrap();
        let end = machine.wait(&execution).await.unwrap();
        shutdown.drain();
        target.close_polls();
        end
    };
    let (end, summary) = timeout(Duration::from_secs(30), async {
        tokio::join!(execution, worker.run())
    })
    .await
    .unwrap();

    let End::Succeeded(output) = end else {
        panic!("{end:?}");
    };
    let output: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(output["totals"]["kinds"]["text"]["files"], 1);
    let vanished = json!([{
        "path": "vanished",
        "error": "FileVanished",
        "cause": "vanished is not there any more",
    }]);
    assert_eq!(output["set_aside"], vanished);
    assert_eq!(summary.total().succeeded, 3, "{summary}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_directory_is_done_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let report = run(&[text(directory.path())]).await.unwrap();
    assert_eq!(report.exit(), Exit::Done);
    assert_eq!(report.tally.listed, 0);
    assert_eq!(report.tally.executions.succeeded, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_that_fails_makes_the_program_fail() {
    let directory = tempfile::tempdir().unwrap();
    let definition = directory.path().join("fails.asl.json");
    let fails = json!({
        "StartAt": "No",
        "States": { "No": { "Type": "Fail", "Error": "Refused", "Cause": "not today" } },
    });
    fs::write(&definition, fails.to_string()).unwrap();
    let report = run(&[text(directory.path()), "--definition", text(&definition)])
        .await
        .unwrap();
    assert_eq!(report.exit(), Exit::Failed);
    assert_eq!(report.tally.failures[0].error.as_deref(), Some("Refused"));
    assert!(report::tables(&report).contains("Refused: not today"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_one_message_that_says_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "{}").unwrap();
    let unknown = directory.path().join("unknown.asl.json");
    let arn = "arn:aws:states:us-east-1:123456789012:activity:ingest-lst";
    let names_unknown = json!({
        "StartAt": "A",
        "States": { "A": { "Type": "Task", "Resource": arn, "End": true } },
    });
    fs::write(&unknown, names_unknown.to_string()).unwrap();
    let dir = text(directory.path());

    let cases: [(&[&str], &[&str]); 6] = [
        (
            &["/nowhere/at/all"],
            &["/nowhere/at/all", "name a directory"],
        ),
        (&[text(&file)], &["is a file", "name the directory"]),
        (
            &[dir, "--definition", "/nowhere.json"],
            &["/nowhere.json", "name a file"],
        ),
        (&[dir, "--definition", text(&file)], &["StartAt", "mend it"]),
        (
            &[dir, "--definition", text(&unknown)],
            &["ingest-lst at /States/A", "it has ingest-list"],
        ),
        (
            &[dir, "--endpoint", "localhost:8083"],
            &["is not a URL", "http://127.0.0.1:8083"],
        ),
    ];
    for (arguments, expected) in cases {
        let problem = run(arguments).await.unwrap_err();
        let message = problem.to_string();
        assert_eq!(problem.exit(), Exit::Usage, "{message}");
        for part in expected {
            assert!(message.contains(part), "{part} is not in {message}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_where_nobody_answers_is_named() {
    // Bound and dropped: nobody listens on that port now.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let endpoint = format!("http://127.0.0.1:{port}");
    let directory = tempfile::tempdir().unwrap();
    let problem = run(&[text(directory.path()), "--endpoint", &endpoint])
        .await
        .unwrap_err();
    assert_eq!(problem.exit(), Exit::Failed);
    let message = problem.to_string();
    assert!(
        message.contains(&endpoint) && message.contains("sfn-worker-cli"),
        "{message}"
    );
}
