//! Definitions with one mistake or several, and those without any.

mod fields;
mod generated;
mod languages;
mod machine;
mod maps;
mod states;

use serde_json::{Value, json};

use super::*;

/// The ARN of an activity.
const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:charge";

/// Reads a definition and returns the text of the service for it without the quotes around each
/// of several problems, empty if it is valid.
fn problems(definition: &Value) -> String {
    Definition::parse(&definition.to_string())
        .map_or_else(|problems| problems.service_text(), |_| String::new())
        .trim_start_matches('\'')
        .trim_end_matches('\'')
        .replace("', '", ", ")
}

/// A machine of one state, `S`, beside a `Fail` named `F` that it can lead to.
fn machine_of(state: &Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state, "F": {"Type": "Fail"}}})
}

/// What is said of a state, without what is said of `F` if nothing leads there.
#[track_caller]
fn check_state(state: &Value, expected: &[&str]) {
    let text = problems(&machine_of(state));
    let said: Vec<_> = text
        .split(", SCHEMA_VALIDATION_FAILED: ")
        .map(|said| said.trim_start_matches("SCHEMA_VALIDATION_FAILED: "))
        .map(|said| {
            said.split(", MISSING_TRANSITION_TARGET: State \"F\"")
                .next()
                .unwrap_or(said)
        })
        .filter(|said| {
            !said.is_empty() && !said.starts_with("MISSING_TRANSITION_TARGET: State \"F\"")
        })
        .collect();
    assert_eq!(said, expected, "{state}");
}

/// Takes the fields of the second object into the first.
fn with(state: &Value, fields: &Value) -> Value {
    let mut state = state.clone();
    for (name, value) in fields.as_object().into_iter().flatten() {
        state[name.as_str()] = value.clone();
    }
    state
}
