//! Calls of functions and services: mocks, nested executions, tokens.

use serde_json::{Value, json};

use super::*;
use crate::MockConfig;
use crate::history::{EventDetails, ServiceEventKind};

const LAMBDA: &str = "arn:aws:lambda:us-east-1:123456789012:function:charge";

fn task(resource: &str, fields: &Value) -> String {
    let mut task = json!({"Type": "Task", "Resource": resource, "End": true});
    task.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({"StartAt": "T", "States": {"T": task}}).to_string()
}

fn mocked(responses: &Value) -> Engine {
    let builder = Engine::builder().mocks(mocks(responses));
    builder.mock_case("Case").build().unwrap()
}

fn mocks(responses: &Value) -> MockConfig {
    let file = json!({
        "StateMachines": {"m": {"TestCases": {"Case": {"T": "R"}}}},
        "MockedResponses": {"R": responses},
    });
    file.to_string().parse().unwrap()
}

async fn run(engine: &Engine, definition: &str) -> (ExecutionDescription, Vec<&'static str>) {
    let machine = engine.create_state_machine("m", definition).unwrap();
    let execution = engine.start_execution(&machine, None, "{}").unwrap();
    let end = engine.wait(&execution).await.unwrap();
    let history = engine.history(&execution).unwrap();
    let types = history.iter().map(|event| event.event_type()).collect();
    (end, types)
}

#[tokio::test(start_paused = true)]
async fn mocks_answer_call_after_call_with_their_delays() {
    let engine = mocked(&json!({
        "0-1": {"Throw": {"Error": "Busy", "Cause": "later"}, "DelaySeconds": 3},
        "2": {"Return": {"ok": true}},
    }));
    let fields =
        json!({"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "BackoffRate": 1}]});
    let started = Instant::now();
    let (end, types) = run(&engine, &task(LAMBDA, &fields)).await;
    assert_eq!(end.output.as_deref(), Some(r#"{"ok":true}"#));
    assert_eq!(started.elapsed().as_secs(), 8);
    let failed = types.iter().filter(|kind| **kind == "LambdaFunctionFailed");
    assert_eq!(failed.count(), 2);
    let counters = *engine.counters().borrow();
    assert_eq!((counters.calls_made, counters.retries), (3, 2));
    assert_eq!((counters.calls_failed, counters.calls_succeeded), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn an_activity_is_mocked_like_anything_else() {
    let engine = mocked(&json!({"0": {"Return": 7}}));
    let activity = engine.create_activity("a").unwrap();
    let (end, types) = run(&engine, &task(activity.as_str(), &json!({}))).await;
    assert_eq!(end.output.as_deref(), Some("7"));
    assert_eq!(
        types[2..5],
        ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_mock_that_hangs_lets_the_clock_run_out() {
    let engine = mocked(&json!({"0": {"Hang": true}}));
    let started = Instant::now();
    let (end, types) = run(&engine, &task(LAMBDA, &json!({"TimeoutSeconds": 5}))).await;
    assert_eq!(end.error.as_deref(), Some("States.Timeout"));
    assert_eq!(types[4], "LambdaFunctionTimedOut");
    assert_eq!(started.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_fails_with_a_clear_cause() {
    let engine = mocked(&json!({"1": {"Return": 1}}));
    let (end, _) = run(&engine, &task(LAMBDA, &json!({}))).await;
    assert_eq!(end.error.as_deref(), Some("States.Runtime"));
    let cause = end.cause.unwrap();
    assert!(
        cause.contains("'R' has nothing for call 0 of the state 'T'"),
        "{cause}"
    );

    let (end, _) = run(&Engine::new(), &task(LAMBDA, &json!({}))).await;
    assert_eq!(end.error.as_deref(), Some("States.Runtime"));
    let cause = end.cause.unwrap();
    assert!(cause.contains(&format!("Nothing answers the resource '{LAMBDA}'")));
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_tells_of_the_mocks_that_there_are() {
    let mocks = mocks(&json!({"0": {"Return": 1}}));
    let engine = Engine::builder().mocks(mocks).build().unwrap();
    let task = json!({"Type": "Task", "Resource": LAMBDA, "End": true});
    let definition = json!({"StartAt": "Other", "States": {"Other": task}});
    engine
        .create_state_machine("m", &definition.to_string())
        .unwrap();
    for (arn, advice) in [
        ("m", "started without a mocked test case, such as m#Case"),
        ("m#Case", "test case Case says nothing of the state 'Other'"),
    ] {
        let arn = format!("arn:aws:states:us-east-1:123456789012:stateMachine:{arn}");
        let execution = engine
            .start_execution(&arn.parse().unwrap(), None, "{}")
            .unwrap();
        let cause = engine.wait(&execution).await.unwrap().cause.unwrap();
        assert!(cause.contains(advice), "{cause}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_test_case_that_is_not_there_is_refused() {
    let mocked = mocked(&json!({"0": {"Return": 1}}));
    for (engine, machine, why) in [
        (&mocked, "m", "no mocked test case Gone; it has [Case]"),
        (&mocked, "n", "no state machine n; they have [m]"),
        (
            &Engine::new(),
            "m",
            "no mocks, so there is no test case Gone",
        ),
    ] {
        engine.create_state_machine(machine, PASS).unwrap();
        let arn = format!("arn:aws:states:us-east-1:123456789012:stateMachine:{machine}#Gone");
        let error = engine
            .start_execution(&arn.parse().unwrap(), None, "{}")
            .unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

/// Waits until the task has handed its token out, and returns it.
async fn token(engine: &Engine, execution: &ExecutionArn) -> String {
    loop {
        let history = engine.history(execution).unwrap();
        let submitted = history.iter().any(|event| match &event.details {
            EventDetails::Service(event) => {
                matches!(event.kind, ServiceEventKind::Submitted { .. })
            }
            _ => false,
        });
        let parameters = history.iter().find_map(|event| match &event.details {
            EventDetails::Service(event) => match &event.kind {
                ServiceEventKind::Scheduled { parameters, .. } => Some(parameters.clone()),
                _ => None,
            },
            _ => None,
        });
        if let Some(parameters) = parameters.filter(|_| submitted) {
            let parameters: Value = serde_json::from_str(&parameters).unwrap();
            return parameters["MessageBody"]["Token"]
                .as_str()
                .unwrap()
                .to_owned();
        }
        sleep(seconds(1)).await;
    }
}

/// Sends every message to nobody.
#[derive(Debug)]
struct Queue;

impl crate::ServiceProvider for Queue {
    fn answer(&self, _: &crate::ServiceCall) -> Option<crate::AnswerFuture> {
        let answer = crate::ServiceAnswer::WaitsForToken(json!({"MessageId": "1"}));
        Some(Box::pin(std::future::ready(Ok(answer))))
    }
}

fn waiting(fields: &Value) -> (Engine, ExecutionArn) {
    let engine = Engine::builder().provider(Queue).build().unwrap();
    let mut all = json!({"Parameters": {"MessageBody": {"Token.$": "$$.Task.Token"}}});
    all.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let definition = task("arn:aws:states:::sqs:sendMessage.waitForTaskToken", &all);
    let machine = engine.create_state_machine("m", &definition).unwrap();
    let execution = engine.start_execution(&machine, None, "{}").unwrap();
    (engine, execution)
}

#[tokio::test(start_paused = true)]
async fn whoever_has_the_token_reports_once() {
    let (engine, execution) = waiting(&json!({}));
    let token = token(&engine, &execution).await;
    engine.succeed(&token, r#"{"approved": true}"#).unwrap();
    let end = engine.wait(&execution).await.unwrap();
    assert_eq!(end.output.as_deref(), Some(r#"{"approved": true}"#));
    assert!(engine.succeed(&token, "1").is_err(), "the token is closed");
}

#[tokio::test(start_paused = true)]
async fn heartbeats_keep_a_token_alive() {
    let (engine, execution) = waiting(&json!({"HeartbeatSeconds": 10}));
    let token = token(&engine, &execution).await;
    let started = Instant::now();
    for _ in 0..4 {
        sleep(seconds(8)).await;
        engine.heartbeat(&token).unwrap();
    }
    let end = engine.wait(&execution).await.unwrap();
    assert_eq!(end.error.as_deref(), Some("States.Timeout"));
    assert_eq!(started.elapsed().as_secs(), 42);
    assert!(engine.heartbeat(&token).is_err());
}

/// An engine with a child that waits a minute, and its parent, started.
fn nested(pattern: &str, child: &str) -> (Engine, ExecutionArn) {
    let engine = Engine::new();
    let child = engine.create_state_machine("child", child).unwrap();
    let fields = json!({"Parameters": {
        "StateMachineArn": child.as_str(), "Name": "c", "Input": {"n": 1}}});
    let resource = format!("arn:aws:states:::states:startExecution{pattern}");
    let parent = engine
        .create_state_machine("parent", &task(&resource, &fields))
        .unwrap();
    let execution = engine.start_execution(&parent, None, "{}").unwrap();
    (engine, execution)
}

const MINUTE: &str = r#"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}"#;

fn child() -> ExecutionArn {
    "arn:aws:states:us-east-1:123456789012:execution:child:c"
        .parse()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_nested_execution_is_waited_for_and_its_output_is_text_or_json() {
    for (pattern, output) in [(".sync", json!(r#"{"n":1}"#)), (".sync:2", json!({"n": 1}))] {
        let (engine, execution) = nested(pattern, MINUTE);
        let end = engine.wait(&execution).await.unwrap();
        let result: Value = serde_json::from_str(&end.output.unwrap()).unwrap();
        assert_eq!(result["Output"], output);
        assert_eq!(result["Status"], "SUCCEEDED");
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_alone_is_not_waited_for() {
    let started = Instant::now();
    let (engine, execution) = nested("", MINUTE);
    let end = engine.wait(&execution).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 0);
    assert!(end.output.unwrap().contains(child().as_str()));
    let described = engine.describe(&child()).unwrap();
    assert_eq!(described.status, ExecutionStatus::Running);
}

#[tokio::test(start_paused = true)]
async fn a_child_is_stopped_with_its_parent() {
    let (engine, execution) = nested(".sync:2", MINUTE);
    sleep(seconds(5)).await;
    let described = engine.describe(&child()).unwrap();
    assert_eq!(described.status, ExecutionStatus::Running);
    engine.stop_execution(&execution, None, None).unwrap();
    let end = engine.wait(&child()).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::Aborted);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_refused_is_a_named_failure() {
    let (engine, execution) = nested("", MINUTE);
    engine.wait(&execution).await.unwrap();
    let parent = "arn:aws:states:us-east-1:123456789012:stateMachine:parent";
    let again = engine
        .start_execution(&parent.parse().unwrap(), None, r#"{"other": 1}"#)
        .unwrap();
    sleep(seconds(61)).await;
    let third = engine
        .start_execution(&parent.parse().unwrap(), None, "{}")
        .unwrap();
    let end = engine.wait(&third).await.unwrap();
    assert_eq!(
        end.error.as_deref(),
        Some("StepFunctions.ExecutionAlreadyExistsException")
    );
    assert!(
        end.cause
            .unwrap()
            .contains("Error Code: ExecutionAlreadyExists; Request ID: ")
    );
    // With the same input a running one is found, not refused.
    let end = engine.wait(&again).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::Succeeded);
}

/// Falls over in its future, after it has said that the call was answered.
#[derive(Debug)]
struct Panics;

impl crate::ServiceProvider for Panics {
    fn answer(&self, call: &crate::ServiceCall) -> Option<crate::AnswerFuture> {
        // Here too: whoever answers need not know when the engine listens.
        call.submit(json!({"JobId": "j"}));
        Some(Box::pin(async { panic!("a provider fell over") }))
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_fails_the_execution() {
    let engine = Engine::builder().provider(Panics).build().unwrap();
    let resource = "arn:aws:states:::batch:submitJob.sync";
    let (end, types) = run(&engine, &task(resource, &json!({}))).await;
    assert_eq!(end.error.as_deref(), Some("States.Runtime"));
    assert!(end.cause.unwrap().contains("panicked"));
    assert_eq!(types[4], "TaskSubmitted");
}
