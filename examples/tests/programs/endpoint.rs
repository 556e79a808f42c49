//! `ingest` and `echo` against an endpoint: an engine behind a socket.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use sfn_local_engine::Engine;
use tokio::net::TcpListener;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{program, signal};

/// Serves an engine on a free port; the server ends with the set.
pub(crate) async fn serve(engine: &Engine) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let engine = engine.clone();
    let mut server = JoinSet::new();
    server.spawn(async move {
        let never = CancellationToken::new();
        engine.serve(listener, never).await.unwrap();
    });
    (endpoint, server)
}

fn piped(mut program: Command) -> std::process::Child {
    program
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn ingest_works_with_an_endpoint_and_without_credentials() {
    let engine = Engine::new();
    let (endpoint, _server) = serve(&engine).await;
    let directory = tempfile::tempdir().unwrap();
    for number in 0..120 {
        let path = directory.path().join(format!("{number}"));
        fs::write(path, "text ".repeat(100)).unwrap();
    }
    let mut ingest = program("ingest");
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_REGION"] {
        ingest.env_remove(variable);
    }
    ingest
        .arg(directory.path())
        .args(["--json", "--endpoint", &endpoint]);

    let output = spawn_blocking(move || {
        let mut ingest = piped(ingest);
        let messages = BufReader::new(ingest.stderr.take().unwrap()).lines();
        let mut messages = messages.map(Result::unwrap);
        // All is done; the second signal saves the minute for which polls are held.
        assert!(messages.any(|line| line.starts_with("waiting for open polls")));
        signal(&ingest, "INT");
        ingest.wait_with_output().unwrap()
    });
    let output = timeout(Duration::from_secs(50), output)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"]["read"], 120);
    assert_eq!(report["executions"]["succeeded"], 4);
    assert_eq!(report["interrupted"], false);
    assert_eq!(engine.counters().borrow().executions_succeeded, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn echo_answers_tasks_of_an_activity_of_any_name_and_drains_on_a_signal() {
    let engine = Engine::new();
    let (endpoint, _server) = serve(&engine).await;
    let activity = engine.create_activity("some-other-name").unwrap();
    let definition = format!(
        r#"{{"StartAt":"A","States":{{"A":{{"Type":"Task","Resource":"{activity}","End":true}}}}}}"#
    );
    let machine = engine.create_state_machine("echoes", &definition).unwrap();
    let mut echo = program("echo");
    echo.env("ACTIVITY_ARN", activity.as_str())
        .env("SLOTS", "4")
        .env("AWS_ENDPOINT_URL_SFN", &endpoint)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "any")
        .env("AWS_SECRET_ACCESS_KEY", "any");
    let echo = piped(echo);

    let input = r#"{"order":17}"#;
    let execution = engine.start_execution(&machine, None, input).unwrap();
    let end = timeout(Duration::from_secs(30), engine.wait(&execution)).await;
    assert_eq!(end.unwrap().unwrap().output.as_deref(), Some(input));

    signal(&echo, "TERM");
    // Otherwise the drain would wait a minute for the polls.
    engine.close_polls();
    let output = spawn_blocking(move || echo.wait_with_output());
    let output = timeout(Duration::from_secs(30), output).await.unwrap();
    let output = output.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(
        summary.contains("1 succeeded, 0 failed, 0 handed back"),
        "{summary}"
    );
}
