//! How an execution ends from outside, or against a limit.

use serde_json::{Value, json};

use super::driver::{Driver, Reply, arn};
use crate::machine::{Closed, Event, Status};

/// A task, a wait and a task waiting for its retry, side by side.
fn busy(timeout: Option<u64>) -> Value {
    let mut definition = json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "Task", "States": {"Task": {"Type": "Task", "Resource": arn("ship"), "End": true}}},
        {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 500, "End": true}}},
        {"StartAt": "Retry", "States": {"Retry": {"Type": "Task", "Resource": arn("charge"), "End": true,
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 400}]}}},
    ]}}});
    if let Some(timeout) = timeout {
        definition["TimeoutSeconds"] = timeout.into();
    }
    definition
}

const SCRIPT: &[(&str, &[Reply])] = &[("charge", &[Reply::Failure(Some("Busy"), None)])];

#[test]
fn stopping_forgets_tasks_and_cancels_timers() {
    let mut run = Driver::scripted(&busy(None), "{}", SCRIPT);
    assert!(run.advance(), "the failure");
    assert_eq!((run.open_tasks.len(), run.timers.len()), (1, 2));
    run.send(Event::Stopped {
        error: Some("Manual".into()),
        cause: Some("enough".into()),
    });
    let id = run.history.len();
    assert_eq!(
        run.last_lines(1),
        [format!("{id}<-0 ExecutionAborted Manual enough")]
    );
    assert_eq!(
        run.closed,
        Some(Closed {
            status: Status::Aborted,
            output: None,
            error: Some("Manual".into()),
            cause: Some("enough".into())
        })
    );
    assert!(run.timers.is_empty() && run.open_tasks.is_empty());
    assert_eq!(run.forgotten.len(), 1);
}

#[test]
fn the_machines_own_time_out_ends_it_as_timed_out() {
    let run = Driver::run(&busy(Some(30)), "{}", SCRIPT);
    let id = run.history.len();
    assert_eq!(
        run.last_lines(1),
        [format!("{id}<-0 ExecutionTimedOut States.Timeout -")]
    );
    assert_eq!(run.seconds_to(id), 30.0);
    assert_eq!(
        run.closed,
        Some(Closed {
            status: Status::TimedOut,
            output: None,
            error: None,
            cause: None
        })
    );
    assert!(run.timers.is_empty() && run.open_tasks.is_empty());
    assert!(run.lines().iter().all(|line| !line.contains("Aborted")));
}

#[test]
fn an_execution_that_ends_in_time_cancels_its_time_out() {
    let definition =
        json!({"StartAt": "S", "TimeoutSeconds": 30, "States": {"S": {"Type": "Succeed"}}});
    let run = Driver::start(&definition, "{}");
    assert_eq!(
        run.closed.as_ref().map(|closed| closed.status),
        Some(Status::Succeeded)
    );
    assert!(run.timers.is_empty());
}

#[test]
fn event_25000_is_the_failure() {
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "Task", "States": {"Task": {"Type": "Task", "Resource": arn("ship"), "End": true}}},
        {"StartAt": "Loop", "States": {
            "Loop": {"Type": "Choice", "Default": "Loop",
                "Choices": [{"Variable": "$.never", "IsPresent": true, "Next": "Out"}]},
            "Out": {"Type": "Succeed"}}},
    ]}}});
    let run = Driver::run(&definition, "{}", &[]);
    assert_eq!(run.history.len(), 25_000);
    assert_eq!(
        run.last_lines(1),
        [
            "25000<-24999 ExecutionFailed States.Runtime The execution reached the maximum number of history events (25000)."
        ]
    );
    assert!(run.open_tasks.is_empty() && run.forgotten.len() == 1);
}

#[test]
fn an_output_above_the_limit_fails_its_state() {
    let big = "x".repeat(262_144 - 2);
    let pass = |result: &str| json!({"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": result, "End": true}}});
    let run = Driver::run(&pass(&big), "{}", &[]);
    assert_eq!(
        run.closed.unwrap().status,
        Status::Succeeded,
        "exactly the limit"
    );

    let run = Driver::run(&pass(&format!("{big}x")), "{}", &[]);
    assert_eq!(
        run.last_lines(1),
        [
            "3<-2 ExecutionFailed States.DataLimitExceeded The state/task 'S' returned a result with a size exceeding \
          the maximum number of bytes service limit."
        ]
    );
}

#[test]
fn a_task_that_was_not_answered_yet_is_forgotten_too() {
    let task = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": arn(name), "End": true}}});
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true,
        "Branches": [task("gone"), task("ship")]}}});
    let run = Driver::run(&definition, "{}", &[("gone", &[Reply::Missing])]);
    assert_eq!(
        run.closed.as_ref().map(|closed| closed.status),
        Some(Status::Failed)
    );
    assert_eq!(
        run.history.len(),
        6,
        "neither task was scheduled: {:?}",
        run.lines()
    );
    assert_eq!(run.forgotten.len(), 1);
    assert!(run.open_tasks.is_empty());
}

#[test]
fn what_a_task_makes_too_large_can_be_caught() {
    let definition = json!({"StartAt": "Ship", "States": {
        "Ship": {"Type": "Task", "Resource": arn("ship"), "End": true, "ResultPath": "$.result",
            "Catch": [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Rescue", "ResultPath": null}]},
        "Rescue": {"Type": "Succeed"},
    }});
    let input = json!({"n": "x".repeat(262_100)}).to_string();
    let result = r#""0123456789012345678901234567890123456789012345678901234567890""#;
    let run = Driver::run(
        &definition,
        &input,
        &[("ship", &[Reply::Success(0, result)])],
    );
    assert_eq!(
        run.closed.as_ref().map(|closed| closed.status),
        Some(Status::Succeeded)
    );
    assert_eq!(run.output(), Some(&*input));
}

#[test]
fn a_machine_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Driver::start(&busy(None), "{}").machine);
}

#[test]
fn a_value_that_grows_inwards_ends_the_execution() {
    let definition = json!({"StartAt": "Wrap", "States": {
        "Wrap": {"Type": "Pass", "Parameters": {"a.$": "$"}, "Next": "Again"},
        "Again": {"Type": "Choice", "Choices": [
            {"Variable": "$.stop", "IsPresent": true, "Next": "Stop"}], "Default": "Wrap"},
        "Stop": {"Type": "Succeed"}}});
    let run = Driver::start(&definition, "{}");
    let closed = run.closed.as_ref().unwrap();
    assert_eq!(closed.error.as_deref(), Some("States.Runtime"));
    let cause = closed.cause.as_deref().unwrap();
    assert!(
        cause.ends_with("The output of the state nests deeper than 120 levels."),
        "{cause}"
    );
}

#[test]
fn a_value_that_grows_outwards_ends_the_execution() {
    let definition = json!({"StartAt": "Double", "States": {
        "Double": {"Type": "Pass", "Parameters": {"x.$": "States.Format('{}{}', $.x, $.x)"},
            "Next": "Again"},
        "Again": {"Type": "Choice", "Choices": [
            {"Variable": "$.stop", "IsPresent": true, "Next": "Stop"}], "Default": "Double"},
        "Stop": {"Type": "Succeed"}}});
    let run = Driver::start(&definition, r#"{"x": "é"}"#);
    let closed = run.closed.as_ref().unwrap();
    assert_eq!(closed.error.as_deref(), Some("States.DataLimitExceeded"));
    assert_eq!(
        closed.cause.as_deref(),
        Some(
            "The state/task 'Double' returned a result with a size exceeding the maximum number \
             of bytes service limit."
        )
    );
}
