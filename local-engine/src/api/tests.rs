use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout};

use super::*;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Result":7,"End":true}}}"#;
const ROLE: &str = "arn:aws:iam::123456789012:role/r";

fn api() -> Api {
    Api::new(Engine::new())
}

async fn ok(api: &Api, operation: &str, request: Value) -> Value {
    let body = request.to_string();
    match api.call(operation, body.as_bytes()).await {
        Ok(answer) => answer,
        Err(error) => panic!("{operation} was refused: {error}"),
    }
}

async fn refused(api: &Api, operation: &str, request: Value) -> ApiError {
    let body = request.to_string();
    match api.call(operation, body.as_bytes()).await {
        Ok(answer) => panic!("{operation} was accepted: {answer}"),
        Err(error) => error,
    }
}

async fn machine(api: &Api, name: &str, definition: &str) -> String {
    let request = json!({ "name": name, "definition": definition, "roleArn": ROLE });
    let created = ok(api, "CreateStateMachine", request).await;
    created["stateMachineArn"].as_str().unwrap().to_owned()
}

async fn start(api: &Api, machine: &str, name: &str) -> String {
    let request = json!({ "stateMachineArn": machine, "name": name });
    let started = ok(api, "StartExecution", request).await;
    started["executionArn"].as_str().unwrap().to_owned()
}

/// An activity, and a machine with one task of it.
async fn task_machine(api: &Api) -> (String, String) {
    let created = ok(api, "CreateActivity", json!({ "name": "charge" })).await;
    let activity = created["activityArn"].as_str().unwrap().to_owned();
    let definition = json!({ "StartAt": "A", "States": {
        "A": { "Type": "Task", "Resource": activity, "TimeoutSeconds": 100, "End": true } } });
    let machine = machine(api, "orders", &definition.to_string()).await;
    (activity, machine)
}

/// The `key` of every item, over all pages of two.
async fn pages(
    api: &Api,
    operation: &str,
    mut request: Value,
    list: &str,
    key: &str,
) -> Vec<Value> {
    request["maxResults"] = 2.into();
    let mut keys = Vec::new();
    loop {
        let mut page = ok(api, operation, request.clone()).await;
        let items = page[list].as_array().unwrap();
        assert!((1..=2).contains(&items.len()));
        keys.extend(items.iter().map(|item| item[key].clone()));
        match page["nextToken"].take() {
            Value::Null => return keys,
            token => request["nextToken"] = token,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_activity_lives_from_its_creation_to_its_deletion() {
    let api = api();
    let request = json!({ "name": "charge.card-1" });
    let created = ok(&api, "CreateActivity", request.clone()).await;
    assert_eq!(ok(&api, "CreateActivity", request).await, created);
    let arn = json!({ "activityArn": created["activityArn"] });
    let described = ok(&api, "DescribeActivity", arn.clone()).await;
    assert_eq!(
        described,
        json!({
            "activityArn": created["activityArn"],
            "name": "charge.card-1",
            "creationDate": created["creationDate"],
            "encryptionConfiguration": { "type": "AWS_OWNED_KEY" },
        })
    );
    for _ in 0..2 {
        assert_eq!(ok(&api, "DeleteActivity", arn.clone()).await, json!({}));
    }
    for operation in ["DescribeActivity", "GetActivityTask"] {
        let error = refused(&api, operation, arn.clone()).await;
        assert_eq!(error.code(), "ActivityDoesNotExist");
        let arn = created["activityArn"].as_str().unwrap();
        assert_eq!(error.message(), format!("Activity Does Not Exist: '{arn}'"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_activity_with_another_key_is_another_one() {
    let api = api();
    ok(&api, "CreateActivity", json!({ "name": "a" })).await;
    let request = json!({ "name": "a", "encryptionConfiguration": {
        "type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/mine" } });
    let error = refused(&api, "CreateActivity", request).await;
    assert_eq!(error.code(), "ActivityAlreadyExists");
}

#[tokio::test(start_paused = true)]
async fn names_are_refused_in_the_services_words() {
    let api = api();
    for name in ["a b", "a/b", "\u{0}a", "a<"] {
        let error = refused(&api, "CreateActivity", json!({ "name": name })).await;
        assert_eq!(error.code(), "InvalidName");
        assert_eq!(error.message(), format!("Invalid Name: '{name}'"));
    }
    let long = "x".repeat(81);
    let error = refused(&api, "CreateActivity", json!({ "name": long })).await;
    assert_eq!(error.code(), "ValidationException");
    let arn = json!({ "activityArn": "no_arn" });
    let error = refused(&api, "GetActivityTask", arn).await;
    assert_eq!(error.code(), "InvalidArn");
    assert_eq!(error.message(), "Invalid Arn: 'Invalid ARN prefix: no_arn'");
}

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
async fn a_state_machine_is_described_as_the_service_does() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let request = json!({ "stateMachineArn": arn });
    let mut described = ok(&api, "DescribeStateMachine", request.clone()).await;
    assert!(described["creationDate"].take().is_f64());
    assert_eq!(
        described,
        json!({
            "stateMachineArn": arn,
            "name": "pass",
            "status": "ACTIVE",
            "type": "STANDARD",
            "definition": PASS,
            "roleArn": ROLE,
            "creationDate": null,
            "loggingConfiguration": { "level": "OFF", "includeExecutionData": false },
            "tracingConfiguration": { "enabled": false },
            "encryptionConfiguration": { "type": "AWS_OWNED_KEY" },
        })
    );
    for _ in 0..2 {
        assert_eq!(
            ok(&api, "DeleteStateMachine", request.clone()).await,
            json!({})
        );
    }
    let error = refused(&api, "DescribeStateMachine", request).await;
    assert_eq!(error.code(), "StateMachineDoesNotExist");
    assert_eq!(
        error.message(),
        format!("State Machine Does Not Exist: '{arn}'")
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_makes_a_revision_unless_it_changes_nothing() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let other = PASS.replace('7', "8");
    let request = json!({ "stateMachineArn": arn, "definition": other });
    let first = ok(&api, "UpdateStateMachine", request.clone()).await;
    assert!(first["revisionId"].is_string());
    let again = ok(&api, "UpdateStateMachine", request).await;
    assert_eq!(again["revisionId"], first["revisionId"]);
    let described = ok(
        &api,
        "DescribeStateMachine",
        json!({ "stateMachineArn": arn }),
    )
    .await;
    assert_eq!(described["revisionId"], first["revisionId"]);
    assert_eq!(described["definition"], other);
    let nothing = json!({ "stateMachineArn": arn });
    let error = refused(&api, "UpdateStateMachine", nothing).await;
    assert_eq!(error.code(), "MissingRequiredParameter");
}

#[tokio::test(start_paused = true)]
async fn a_running_execution_keeps_its_revision() {
    let api = api();
    let (_, machine) = task_machine(&api).await;
    let execution = start(&api, &machine, "one").await;
    let request = json!({ "stateMachineArn": machine, "definition": PASS });
    ok(&api, "UpdateStateMachine", request).await;
    let request = json!({ "executionArn": execution });
    let described = ok(&api, "DescribeStateMachineForExecution", request).await;
    assert_ne!(described["definition"], PASS);
}

#[tokio::test(start_paused = true)]
async fn express_machines_are_refused_rather_than_run_wrongly() {
    let api = api();
    let created = ok(&api, "CreateActivity", json!({ "name": "a" })).await;
    let definition = json!({ "StartAt": "T", "States": {
        "T": { "Type": "Task", "Resource": created["activityArn"], "End": true } } });
    let mut request = json!({ "name": "e", "definition": definition.to_string(),
        "roleArn": ROLE, "type": "EXPRESS" });
    let error = refused(&api, "CreateStateMachine", request.clone()).await;
    assert_eq!(error.code(), "InvalidDefinition");
    assert_eq!(
        error.message(),
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Express state machine does \
         not support Activity ARN at /States/T/Resource'"
    );
    request["definition"] = PASS.into();
    let error = refused(&api, "CreateStateMachine", request).await;
    assert_eq!(error.code(), "StateMachineTypeNotSupported");
}

#[tokio::test(start_paused = true)]
async fn an_execution_is_described_as_the_service_does() {
    let api = api();
    let machine = machine(&api, "pass", PASS).await;
    let arn = start(&api, &machine, "one").await;
    let request = json!({ "executionArn": arn });
    let mut described = ok(&api, "DescribeExecution", request).await;
    assert!(described["startDate"].take().is_f64());
    assert!(described["stopDate"].take().is_f64());
    assert_eq!(
        described,
        json!({
            "executionArn": arn,
            "stateMachineArn": machine,
            "name": "one",
            "status": "SUCCEEDED",
            "startDate": null,
            "stopDate": null,
            "input": "{}",
            "inputDetails": { "included": true },
            "output": "7",
            "outputDetails": { "included": true },
            "redriveCount": 0,
            "redriveStatus": "NOT_REDRIVABLE",
            "redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        })
    );
    let other = arn.replace(":one", ":two");
    let error = refused(&api, "DescribeExecution", json!({ "executionArn": other })).await;
    assert_eq!(error.code(), "ExecutionDoesNotExist");
    assert_eq!(
        error.message(),
        format!("Execution Does Not Exist: '{other}'")
    );
}

#[tokio::test(start_paused = true)]
async fn an_input_must_be_json_and_keeps_its_text() {
    let api = api();
    let machine = machine(&api, "pass", PASS).await;
    let request = json!({ "stateMachineArn": machine, "input": "{oops" });
    let error = refused(&api, "StartExecution", request).await;
    assert_eq!(error.code(), "InvalidExecutionInput");
    let request = json!({ "stateMachineArn": machine, "input": "[ 1,  2 ]" });
    let started = ok(&api, "StartExecution", request).await;
    let request = json!({ "executionArn": started["executionArn"] });
    let described = ok(&api, "DescribeExecution", request).await;
    assert_eq!(described["input"], "[ 1,  2 ]");
}

#[tokio::test(start_paused = true)]
async fn lists_come_in_pages() {
    let api = api();
    for name in ["c", "a", "b", "d", "e"] {
        ok(&api, "CreateActivity", json!({ "name": name })).await;
        machine(&api, name, PASS).await;
    }
    let names = ["a", "b", "c", "d", "e"].map(Value::from);
    let list = pages(&api, "ListActivities", json!({}), "activities", "name").await;
    assert_eq!(list, names);
    let list = pages(
        &api,
        "ListStateMachines",
        json!({}),
        "stateMachines",
        "name",
    )
    .await;
    assert_eq!(list, names);

    let arn = machine(&api, "a", PASS).await;
    for name in ["x1", "x2", "x3", "x4"] {
        start(&api, &arn, name).await;
    }
    let request = json!({ "stateMachineArn": arn });
    let list = pages(&api, "ListExecutions", request, "executions", "name").await;
    assert_eq!(list, ["x4", "x3", "x2", "x1"].map(Value::from));
    let request = json!({ "stateMachineArn": arn, "statusFilter": "RUNNING" });
    let running = ok(&api, "ListExecutions", request).await;
    assert_eq!(running, json!({ "executions": [] }));
}

#[tokio::test(start_paused = true)]
async fn a_history_comes_in_pages_in_either_order() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let execution = start(&api, &arn, "one").await;
    let request = json!({ "executionArn": execution });
    let ids = pages(&api, "GetExecutionHistory", request, "events", "id").await;
    assert_eq!(ids, [1, 2, 3, 4].map(Value::from));
    let request = json!({ "executionArn": execution, "reverseOrder": true });
    let ids = pages(&api, "GetExecutionHistory", request, "events", "id").await;
    assert_eq!(ids, [4, 3, 2, 1].map(Value::from));
    let request = json!({ "executionArn": execution, "includeExecutionData": false });
    let history = ok(&api, "GetExecutionHistory", request).await;
    assert!(!history.to_string().contains("output\""));
}

#[tokio::test(start_paused = true)]
async fn a_page_token_opens_its_own_list_only() {
    let api = api();
    for name in ["a", "b"] {
        ok(&api, "CreateActivity", json!({ "name": name })).await;
        machine(&api, name, PASS).await;
    }
    let page = ok(&api, "ListActivities", json!({ "maxResults": 1 })).await;
    let request = json!({ "nextToken": page["nextToken"] });
    ok(&api, "ListActivities", request.clone()).await;
    for request in [request, json!({ "nextToken": "InvalidToken" })] {
        let error = refused(&api, "ListStateMachines", request).await;
        assert_eq!(error.code(), "InvalidToken");
        assert_eq!(error.message(), "Invalid Token: 'Invalid token'");
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_filter_is_one_of_the_services_words() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let request = json!({ "stateMachineArn": arn, "statusFilter": "succeeded" });
    let error = refused(&api, "ListExecutions", request).await;
    assert_eq!(
        error.message(),
        "1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy \
         constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, \
         ABORTED, FAILED, RUNNING]"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stopped_execution_says_why() {
    let api = api();
    let (_, machine) = task_machine(&api).await;
    let arn = start(&api, &machine, "one").await;
    let request = json!({ "executionArn": arn, "error": "Enough", "cause": "of it" });
    let stopped = ok(&api, "StopExecution", request).await;
    let described = ok(&api, "DescribeExecution", json!({ "executionArn": arn })).await;
    assert_eq!(described["status"], "ABORTED");
    assert_eq!(described["stopDate"], stopped["stopDate"]);
    assert_eq!(described["error"], "Enough");
    assert_eq!(described["redriveStatus"], "REDRIVABLE");
}

#[tokio::test(start_paused = true)]
async fn tags_are_added_and_taken_away() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let tags = json!([{ "key": "k1", "value": "v1" }, { "key": "k2", "value": "" }]);
    let request = json!({ "resourceArn": arn, "tags": tags });
    ok(&api, "TagResource", request).await;
    let listed = ok(&api, "ListTagsForResource", json!({ "resourceArn": arn })).await;
    assert_eq!(listed["tags"], tags);
    let request = json!({ "resourceArn": arn, "tagKeys": ["k1", "k1", "k3"] });
    ok(&api, "UntagResource", request).await;
    let listed = ok(&api, "ListTagsForResource", json!({ "resourceArn": arn })).await;
    assert_eq!(listed["tags"], json!([{ "key": "k2", "value": "" }]));
    let missing = format!("{arn}x");
    let error = refused(
        &api,
        "ListTagsForResource",
        json!({ "resourceArn": missing }),
    )
    .await;
    assert_eq!(error.code(), "ResourceNotFound");
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_is_not_there_is_told_from_one_that_is_not_there_yet() {
    let api = api();
    let error = refused(&api, "MakeCoffee", json!({})).await;
    assert_eq!(error.code(), "UnknownOperationException");
    let error = refused(&api, "RedriveExecution", json!({})).await;
    assert!(error.message().contains("not supported by this engine yet"));
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
