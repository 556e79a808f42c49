//! What `ingest` does with files, by itself.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::{program, root, run, signal, stderr, stdout};

#[test]
fn ingest_takes_the_projects_own_tree_unless_told_otherwise() {
    let output = run("ingest", &["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(report["directory"], root().to_str().unwrap());
    let files = &report["files"];
    assert!(files["read"].as_u64() > Some(100), "{files}");
    let done = files["read"].as_u64().unwrap() + files["set_aside"].as_u64().unwrap();
    assert_eq!(Some(done), files["listed"].as_u64());
    assert_eq!(report["executions"]["failed"], 0);
}

#[test]
fn ingest_shows_tables_and_what_was_set_aside() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("text"), "text ".repeat(1_000)).unwrap();
    fs::write(directory.path().join("empty"), "").unwrap();
    let output = run("ingest", &[directory.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for expected in [
        "files read",
        "ingest-inspect",
        "set aside by Catch: 1",
        "FileEmpty      empty is empty",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    assert!(
        stderr(&output).contains("all 2 files are listed"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn ingest_that_is_interrupted_finishes_tasks_and_says_what_is_left() {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..400 {
        fs::write(directory.path().join(format!("{number}")), "text").unwrap();
    }
    // Every file waits a second for its second attempt, sixteen at a time.
    let arguments = [
        "--flaky",
        "1",
        "--executions",
        "1",
        directory.path().to_str().unwrap(),
    ];
    let mut ingest = program("ingest")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let messages = BufReader::new(ingest.stderr.take().unwrap());
    let mut messages = messages.lines().map(Result::unwrap);
    assert!(messages.any(|line| line.contains("executions open")));

    signal(&ingest, "INT");
    let output = ingest.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(messages.any(|line| line.contains("tasks in progress are finished")));
    let text = stdout(&output);
    assert!(text.contains("interrupted: "), "{text}");
    assert!(text.contains("1 were stopped midway"), "{text}");
}

#[test]
fn ingest_fails_when_an_execution_fails() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("fails.asl.json");
    let fails = json!({
        "StartAt": "No",
        "States": { "No": { "Type": "Fail", "Error": "Refused", "Cause": "not today" } },
    });
    fs::write(&path, fails.to_string()).unwrap();
    let output = run("ingest", &["--definition", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains("FAILED Refused: not today"),
        "{}",
        stdout(&output)
    );
}
