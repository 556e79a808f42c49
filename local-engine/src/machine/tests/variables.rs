//! The limits of variables, and that chance and time belong to the execution.

use serde_json::{Value, json};

use super::driver::Driver;
use crate::machine::Status;

/// A chain of Pass states in JSONata, each of which assigns a text of its own with this length.
fn chain(states: usize, length: usize) -> Value {
    let members = (0..states).map(|at| {
        let assign = format!("{{% $pad('', {length}, 'x') %}}");
        let mut state = json!({"Type": "Pass", "Assign": {format!("v{at}"): assign}, "Output": at});
        if at + 1 < states {
            state["Next"] = format!("S{}", at + 1).into();
        } else {
            state["End"] = true.into();
        }
        (format!("S{at}"), state)
    });
    let states: serde_json::Map<_, _> = members.collect();
    json!({"QueryLanguage": "JSONata", "StartAt": "S0", "States": states})
}

#[test]
fn one_assign_may_have_256_kibibytes() {
    // The quotes count.
    let most = Driver::run(&chain(1, 262_142), "{}", &[]);
    assert_eq!(
        most.closed.map(|closed| closed.status),
        Some(Status::Succeeded)
    );
    let more = Driver::run(&chain(1, 262_143), "{}", &[]);
    let closed = more.closed.unwrap();
    assert_eq!(closed.error.as_deref(), Some("States.DataLimitExceeded"));
    assert!(closed.cause.unwrap().contains("'S0' assigned variables"));
}

#[test]
fn all_variables_together_may_have_10_mebibytes() {
    let closed = Driver::run(&chain(45, 250_000), "{}", &[]).closed.unwrap();
    assert_eq!(closed.error.as_deref(), Some("States.DataLimitExceeded"));
    assert!(closed.cause.unwrap().contains("'S41' assigned variables"));
}

#[test]
fn a_variable_that_is_assigned_again_counts_once() {
    let mut machine = chain(45, 250_000);
    for (_, state) in machine["States"].as_object_mut().unwrap() {
        let assign = state["Assign"].as_object_mut().unwrap();
        let value = assign.values().next().cloned().unwrap();
        *assign = [("v".to_owned(), value)].into_iter().collect();
    }
    let closed = Driver::run(&machine, "{}", &[]).closed.unwrap();
    assert_eq!(closed.status, Status::Succeeded);
}

#[test]
fn the_same_execution_draws_the_same_and_two_evaluations_differ() {
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Output": ["{% $random() %}", "{% $uuid() %}"], "Next": "B"},
        "B": {"Type": "Pass", "Output": [
            "{% $states.input[0] != $random() %}", "{% $states.input[1] != $uuid() %}",
            "{% $states.input %}"
        ], "End": true},
    }});
    let output = || {
        Driver::run(&machine, "{}", &[])
            .closed
            .unwrap()
            .output
            .unwrap()
    };
    assert_eq!(output(), output());
    assert!(output().starts_with("[true,true,"), "{}", output());
}

#[test]
fn a_cause_that_shows_a_long_value_is_cut() {
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "C", "States": {
        "C": {"Type": "Choice", "Default": "E",
            "Choices": [{"Condition": "{% $pad('', 100000, 'é') %}", "Next": "E"}]},
        "E": {"Type": "Succeed"},
    }});
    let closed = Driver::run(&machine, "{}", &[]).closed.unwrap();
    let cause = closed.cause.unwrap();
    assert!(cause.contains("Expected 'boolean', but was 'string' for value: \"éé"));
    assert!(
        cause.len() <= 32_768 && cause.len() > 32_760,
        "{}",
        cause.len()
    );
}

#[test]
fn variables_of_iterations_end_with_them() {
    let machine = json!({"StartAt": "M", "States": {
        "M": {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {
            "I": {"Type": "Pass", "Assign": {"own.$": "$"}, "End": true}}}, "Next": "R"},
        "R": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $exists($own) %}", "End": true},
    }});
    let closed = Driver::run(&machine, "[1, 2, 3]", &[]).closed.unwrap();
    assert_eq!(closed.output.as_deref(), Some("false"));
}
