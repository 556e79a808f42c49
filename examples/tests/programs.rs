//! Drives the real programs: what they print and the codes with which they end.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// A program as `cargo test` built it, started in the workspace root.
fn program(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(Path::parent).unwrap();
    let mut program = Command::new(built.join("examples").join(name));
    program
        .current_dir(root())
        .env_remove("ACTIVITY_ARN")
        .env_remove("SLOTS")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"));
    program
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

fn run(name: &str, arguments: &[&str]) -> Output {
    program(name).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[test]
fn hello_greets() {
    let output = run("hello", &["Ada"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains(r#"SUCCEEDED: "Hello, Ada!""#), "{text}");
    assert!(text.contains("1 succeeded, 0 failed"), "{text}");
}

#[test]
fn echo_names_the_setting_that_is_missing_or_wrong() {
    let arn = "arn:aws:states:us-east-1:123456789012:activity:anything";
    let cases = [
        (vec![], "set ACTIVITY_ARN"),
        (vec![("ACTIVITY_ARN", arn)], "set SLOTS"),
        (
            vec![("ACTIVITY_ARN", arn), ("SLOTS", "many")],
            "SLOTS = \"many\"",
        ),
        (
            vec![("ACTIVITY_ARN", "echo"), ("SLOTS", "1")],
            "arn of echo = \"echo\"",
        ),
    ];
    for (variables, expected) in cases {
        let aws = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "any"),
            ("AWS_SECRET_ACCESS_KEY", "any"),
        ];
        let output = program("echo").envs(variables).envs(aws).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

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

    let pid = ingest.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let output = ingest.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(messages.any(|line| line.contains("tasks in progress are finished")));
    let text = stdout(&output);
    assert!(text.contains("interrupted: "), "{text}");
    assert!(text.contains("1 stopped midway"), "{text}");
}

/// What the program says about input that it cannot use.
#[track_caller]
fn assert_refused(arguments: &[&str], code: i32, expected: &[&str]) {
    let output = run("ingest", arguments);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
    assert!(stdout(&output).is_empty(), "{}", stdout(&output));
    for part in expected {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[test]
fn ingest_refuses_a_directory_that_is_none() {
    let file = tempfile::NamedTempFile::new().unwrap();
    assert_refused(
        &["/nowhere/at/all"],
        2,
        &["/nowhere/at/all", "name a directory"],
    );
    let path = file.path().to_str().unwrap();
    assert_refused(&[path], 2, &[path, "it is a file; name the directory"]);
}

#[test]
fn ingest_refuses_options_out_of_range() {
    assert_refused(&["--aws"], 2, &["--role-arn"]);
    assert_refused(&["--batch", "0"], 2, &["--batch"]);
    assert_refused(&["--level", "10"], 2, &["--level"]);
    assert_refused(&["--slots", "0"], 2, &["--slots"]);
}

#[test]
fn ingest_refuses_a_definition_that_cannot_be_used() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state-machine.asl.json");
    let refused = |definition: &Value, expected: &[&str]| {
        fs::write(&path, definition.to_string()).unwrap();
        assert_refused(&["--definition", path.to_str().unwrap()], 2, expected);
    };
    assert_refused(
        &["--definition", "/nowhere.json"],
        2,
        &["/nowhere.json", "name a file"],
    );
    refused(&json!({}), &["cannot be used; mend it", "StartAt"]);
    let arn = "arn:aws:states:us-east-1:123456789012:activity:ingest-lst";
    let task = json!({ "Type": "Task", "Resource": arn, "End": true });
    let definition = json!({ "StartAt": "A", "States": { "A": task } });
    refused(
        &definition,
        &[
            "ingest-lst at /States/A",
            "it has ingest-list, ingest-inspect",
        ],
    );
}

#[test]
fn ingest_names_an_endpoint_that_it_cannot_use() {
    for wrong in ["localhost:8083", "http://", "http://host:port"] {
        assert_refused(
            &["--endpoint", wrong],
            2,
            &[wrong, "is not a URL", "http://127.0.0.1:8083"],
        );
    }
    // Bound and dropped: nobody listens on that port now.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_refused(
        &["--endpoint", &endpoint],
        1,
        &["nobody answers at", &endpoint, "sfn-worker-cli"],
    );
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
