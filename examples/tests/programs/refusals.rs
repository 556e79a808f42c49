//! Bad input: one message that says what to do, and the right code.

use std::fs;

use serde_json::{Value, json};

use crate::{program, run, stderr, stdout};

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
