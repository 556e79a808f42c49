//! Parallel: branches that end well, and branches that take the others down.

use serde_json::{Value, json};

use super::driver::{Driver, Reply, arn};
use crate::machine::Status;

/// A Parallel of these branches, each one state named `B0`, `B1` and so on.
fn parallel(states: &[Value], fields: &Value) -> Value {
    let branches: Vec<_> = states
        .iter()
        .enumerate()
        .map(|(index, state)| {
            let name = format!("B{index}");
            json!({"StartAt": name, "States": {name: state}})
        })
        .collect();
    let mut state = json!({"Type": "Parallel", "Branches": branches, "End": true});
    state
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({"StartAt": "P", "States": {"P": state, "Rescue": {"Type": "Pass", "End": true}}})
}

fn wait(seconds: u64) -> Value {
    json!({"Type": "Wait", "Seconds": seconds, "End": true})
}

fn charge() -> Value {
    json!({"Type": "Task", "Resource": arn("charge"), "End": true})
}

#[test]
fn every_branch_has_its_own_chain_and_the_last_to_end_leads_on() {
    let run = Driver::run(&parallel(&[wait(5), wait(2)], &json!({})), "[1, 2]", &[]);
    assert_eq!(
        run.lines()[1..],
        [
            "2<-0 ParallelStateEntered P [1, 2]",
            "3<-2 ParallelStateStarted",
            "4<-3 WaitStateEntered B0 [1, 2]",
            "5<-3 WaitStateEntered B1 [1, 2]",
            "6<-5 WaitStateExited B1 [1, 2]",
            "7<-4 WaitStateExited B0 [1, 2]",
            "8<-7 ParallelStateSucceeded",
            "9<-7 ParallelStateExited P [[1, 2],[1, 2]]",
            "10<-9 ExecutionSucceeded [[1, 2],[1, 2]]",
        ]
    );
}

#[test]
fn a_failing_branch_cuts_the_others_where_they_stand() {
    let fail = json!({"Type": "Fail", "Error": "Broken"});
    let definition = parallel(&[wait(60), charge(), fail], &json!({}));
    let run = Driver::run(&definition, "{}", &[("charge", &[Reply::Taken])]);
    assert_eq!(
        run.lines()[2..],
        [
            "3<-2 ParallelStateStarted",
            "4<-3 WaitStateEntered B0 {}",
            "5<-3 TaskStateEntered B1 {}",
            "6<-3 FailStateEntered B2 {}",
            "7<-6 WaitStateAborted",
            "8<-6 TaskStateAborted",
            "9<-6 ParallelStateFailed",
            "10<-9 ExecutionFailed Broken -",
        ]
    );
    assert_eq!(run.forgotten.len(), 1);
    assert!(run.timers.is_empty() && run.open_tasks.is_empty());
}

#[test]
fn a_failing_task_is_recorded_as_aborted_too() {
    let script: &[Reply] = &[Reply::Failure(Some("Declined"), None)];
    let run = Driver::run(
        &parallel(&[charge(), wait(60)], &json!({})),
        "{}",
        &[("charge", script)],
    );
    assert_eq!(
        run.lines()[5..],
        [
            "6<-4 ActivityScheduled {}",
            "7<-6 ActivityStarted worker",
            "8<-7 ActivityFailed Declined -",
            "9<-8 TaskStateAborted",
            "10<-8 WaitStateAborted",
            "11<-8 ParallelStateFailed",
            "12<-11 ExecutionFailed Declined -",
        ]
    );
}

#[test]
fn a_branch_that_was_done_is_not_aborted() {
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": true}}},
        {"StartAt": "Pause", "States": {
            "Pause": {"Type": "Wait", "Seconds": 1, "Next": "Boom"}, "Boom": {"Type": "Fail", "Error": "Broken"}}},
    ]}}});
    let run = Driver::run(&definition, "{}", &[]);
    assert!(
        run.lines().iter().all(|line| !line.contains("Aborted")),
        "{:?}",
        run.lines()
    );
    assert_eq!(
        run.last_lines(2),
        ["9<-8 ParallelStateFailed", "10<-9 ExecutionFailed Broken -"]
    );
}

#[test]
fn the_branches_inside_an_aborted_branch_are_aborted_too() {
    let inner = json!({"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "I0", "States": {"I0": charge()}}, {"StartAt": "I1", "States": {"I1": wait(60)}},
    ]});
    let boom = json!({"Type": "Task", "Resource": arn("boom"), "End": true});
    let script: &[(&str, &[Reply])] = &[("boom", &[Reply::Failure(Some("Broken"), None)])];
    let run = Driver::run(&parallel(&[inner, boom], &json!({})), "{}", script);
    let lines = run.lines();
    let failed = lines
        .iter()
        .position(|line| line.contains("ActivityFailed"))
        .unwrap();
    let types: Vec<_> = lines[failed + 1..]
        .iter()
        .map(|line| line.split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "TaskStateAborted",
            "ParallelStateAborted",
            "TaskStateAborted",
            "WaitStateAborted",
            "ParallelStateFailed",
            "ExecutionFailed",
        ]
    );
    assert_eq!(run.forgotten.len(), 1);
    assert!(run.timers.is_empty() && run.open_tasks.is_empty());
}

#[test]
fn states_runtime_in_a_branch_ends_the_execution_without_ceremony() {
    let lost = json!({"Type": "Pass", "InputPath": "$.no", "End": true});
    let catch = json!({"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Rescue"}]});
    let run = Driver::run(&parallel(&[wait(60), lost], &catch), "{}", &[]);
    assert_eq!(run.history.len(), 6);
    assert!(
        run.last_lines(1)[0].starts_with("6<-5 ExecutionFailed States.Runtime "),
        "{:?}",
        run.last_lines(1)
    );
    assert!(run.timers.is_empty());
}

#[test]
fn a_retry_starts_all_branches_again_from_the_failure() {
    let fail = json!({"Type": "Fail", "Error": "Broken", "Cause": "glass"});
    let retry = json!({"Retry": [{"ErrorEquals": ["Broken"], "MaxAttempts": 1}]});
    let run = Driver::run(&parallel(&[fail], &retry), "{}", &[]);
    assert_eq!(
        run.lines()[2..],
        [
            "3<-2 ParallelStateStarted",
            "4<-3 FailStateEntered B0 {}",
            "5<-4 ParallelStateStarted",
            "6<-5 FailStateEntered B0 {}",
            "7<-6 ParallelStateFailed",
            "8<-7 ExecutionFailed Broken glass",
        ]
    );
    assert_eq!(run.seconds_to(5), 1.0);
}

#[test]
fn a_caught_failure_leaves_the_state_after_its_failed_event() {
    let fail = json!({"Type": "Fail", "Error": "Broken", "Cause": "glass"});
    let catch =
        json!({"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Rescue", "ResultPath": "$.e"}]});
    let run = Driver::run(&parallel(&[fail], &catch), r#"{"n":1}"#, &[]);
    let output = r#"{"n":1,"e":{"Error":"Broken","Cause":"glass"}}"#;
    assert_eq!(
        run.lines()[4..7],
        [
            "5<-4 ParallelStateFailed".to_owned(),
            format!("6<-5 ParallelStateExited P {output}"),
            format!("7<-6 PassStateEntered Rescue {output}"),
        ]
    );
    assert_eq!(run.closed.unwrap().status, Status::Succeeded);
}
