//! Drives the real programs: what they print and the codes with which they end.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

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

#[test]
fn ingest_refuses_what_it_cannot_do_with_code_2() {
    for (arguments, expected) in [
        (vec!["/nowhere/at/all"], "name a directory"),
        (vec!["--aws"], "--role-arn"),
        (vec!["--batch", "0"], "--batch"),
        (vec!["--level", "10"], "--level"),
    ] {
        let output = run("ingest", &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}
