//! Polls and reports.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::*;

#[tokio::test(start_paused = true)]
async fn an_empty_poll_is_answered_without_a_token_after_60_seconds() {
    let api = api();
    let (activity, _) = task_machine(&api).await;
    let started = Instant::now();
    let answer = ok(&api, "GetActivityTask", json!({ "activityArn": activity })).await;
    assert_eq!(answer, json!({}));
    assert_eq!(started.elapsed(), Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_task_is_polled_and_reported_on() {
    let api = api();
    let (activity, machine) = task_machine(&api).await;
    let execution = start(&api, &machine, "one").await;
    let request = json!({ "activityArn": activity, "workerName": "w" });
    let task = ok(&api, "GetActivityTask", request).await;
    assert_eq!(task["input"], "{}");
    let token = json!({ "taskToken": task["taskToken"] });
    ok(&api, "SendTaskHeartbeat", token.clone()).await;
    let mut success = token.clone();
    success["output"] = "[1, 2]".into();
    ok(&api, "SendTaskSuccess", success.clone()).await;
    for (operation, request) in [
        ("SendTaskSuccess", success),
        ("SendTaskFailure", token.clone()),
        ("SendTaskHeartbeat", token),
    ] {
        let error = refused(&api, operation, request).await;
        assert_eq!(error.code(), "TaskTimedOut");
        assert_eq!(
            error.message(),
            "Task Timed Out: 'Provided task does not exist anymore'"
        );
    }
    let arn = json!({ "executionArn": execution });
    let described = ok(&api, "DescribeExecution", arn.clone()).await;
    assert_eq!(described["output"], "[1, 2]");
    let history = ok(&api, "GetExecutionHistory", arn).await;
    assert_eq!(
        history["events"][3]["activityStartedEventDetails"],
        json!({ "workerName": "w" })
    );
}

#[tokio::test(start_paused = true)]
async fn reports_are_checked() {
    let api = api();
    let (activity, machine) = task_machine(&api).await;
    start(&api, &machine, "one").await;
    let task = ok(&api, "GetActivityTask", json!({ "activityArn": activity })).await;
    let token = &task["taskToken"];
    for (operation, request, code) in [
        (
            "SendTaskSuccess",
            json!({ "taskToken": "garbage", "output": "{}" }),
            "InvalidToken",
        ),
        (
            "SendTaskFailure",
            json!({ "taskToken": "garbage" }),
            "InvalidToken",
        ),
        (
            "SendTaskSuccess",
            json!({ "taskToken": token, "output": "not JSON" }),
            "InvalidOutput",
        ),
        (
            "SendTaskSuccess",
            json!({ "taskToken": token, "output": "1".repeat(262_145) }),
            "ValidationException",
        ),
        (
            "SendTaskSuccess",
            json!({ "taskToken": token }),
            "ValidationException",
        ),
        (
            "SendTaskFailure",
            json!({ "taskToken": token, "error": "e".repeat(257) }),
            "ValidationException",
        ),
        (
            "SendTaskFailure",
            json!({ "taskToken": token, "cause": "c".repeat(32_769) }),
            "ValidationException",
        ),
    ] {
        assert_eq!(refused(&api, operation, request).await.code(), code);
    }
    let limits = json!({
        "taskToken": token, "error": "e".repeat(256), "cause": "c".repeat(32_768) });
    ok(&api, "SendTaskFailure", limits).await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_poll_gives_its_task_to_the_next() {
    let api = api();
    let (activity, machine) = task_machine(&api).await;
    let body = json!({ "activityArn": activity }).to_string();
    let dropped = api.call("GetActivityTask", body.as_bytes());
    assert!(timeout(Duration::from_secs(1), dropped).await.is_err());
    start(&api, &machine, "one").await;
    let task = ok(&api, "GetActivityTask", json!({ "activityArn": activity })).await;
    assert!(task["taskToken"].is_string());
}
