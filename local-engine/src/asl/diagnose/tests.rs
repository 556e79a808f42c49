//! Warnings, which keep no definition from running.

use serde_json::json;

use super::*;
use crate::asl::{Code, Severity};

/// The codes and places of what is said of a machine of one state.
fn said(state: &Value) -> Vec<(&'static str, String)> {
    let definition = json!({"StartAt": "S", "States": {"S": state, "F": {"Type": "Fail"}}});
    Definition::diagnose(&definition.to_string(), MachineType::Standard)
        .into_iter()
        .filter(|problem| problem.code != Code::MissingTransitionTarget)
        .map(|problem| (problem.code.as_str(), problem.path.unwrap_or_default()))
        .collect()
}

#[track_caller]
fn check(state: &Value, expected: &[(&'static str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(code, path)| (*code, (*path).to_owned()))
        .collect();
    assert_eq!(said(state), expected, "{state}");
}

#[test]
fn a_path_in_a_template_wants_its_dollar() {
    check(
        &json!({"Type": "Pass", "End": true, "Parameters": {
            "a": "$.x", "b": {"c": ["$$.Execution.Name"]}, "d": "States.UUID()",
            "fine.$": "$.x", "money": "$5.00", "word": "x", "whole": "$"}}),
        &[
            ("NO_DOLLAR", "/States/S/Parameters/a"),
            ("NO_DOLLAR", "/States/S/Parameters/b/c[0]"),
            ("NO_DOLLAR", "/States/S/Parameters/d"),
        ],
    );
}

#[test]
fn a_path_in_a_field_wants_a_field_for_paths() {
    check(
        &json!({"Type": "Fail", "Error": "$.error", "CausePath": "$.cause"}),
        &[("NO_PATH", "/States/S/Error")],
    );
    check(
        &json!({"Type": "Choice", "Default": "F", "Choices": [
            {"Not": {"Variable": "$.a", "StringEquals": "$.b"}, "Next": "F"},
            {"And": [{"Variable": "$.a", "StringEqualsPath": "$.b"}], "Next": "F"}]}),
        &[("NO_PATH", "/States/S/Choices[0]/Not/StringEquals")],
    );
}

#[test]
fn a_result_is_never_looked_into() {
    check(
        &json!({"Type": "Pass", "End": true, "Result": {"a.$": "$.x", "b": ["$.y"]}}),
        &[
            ("PASS_RESULT_IS_STATIC", "/States/S/Result/a.$"),
            ("PASS_RESULT_IS_STATIC", "/States/S/Result/b[0]"),
        ],
    );
}

#[test]
fn warnings_come_from_inner_graphs_too_and_not_from_jsonata() {
    let inner = |state: Value| json!({"StartAt": "I", "States": {"I": state}});
    check(
        &json!({"Type": "Parallel", "End": true, "Branches": [
            inner(json!({"Type": "Pass", "Result": "$.x", "End": true}))]}),
        &[(
            "PASS_RESULT_IS_STATIC",
            "/States/S/Branches[0]/States/I/Result",
        )],
    );
    check(
        &json!({"Type": "Map", "End": true, "Iterator":
            inner(json!({"Type": "Pass", "Result": "$.x", "End": true}))}),
        &[(
            "PASS_RESULT_IS_STATIC",
            "/States/S/Iterator/States/I/Result",
        )],
    );
    let jsonata = said(&json!({"Type": "Pass", "QueryLanguage": "JSONata",
        "Output": {"a": "$.x"}, "End": true}));
    assert!(!jsonata.iter().any(|(code, _)| *code == "NO_DOLLAR"));
}

#[test]
fn problems_come_before_warnings() {
    let definition = json!({"StartAt": "Gone", "States": {
        "S": {"Type": "Pass", "Result": "$.x", "Next": "S"}}});
    let diagnostics = Definition::diagnose(&definition.to_string(), MachineType::Standard);
    let severities: Vec<_> = diagnostics.iter().map(Problem::severity).collect();
    assert!(severities.len() >= 3, "{diagnostics:?}");
    assert!(severities.is_sorted_by_key(|severity| *severity == Severity::Warning));
}

#[test]
fn a_text_that_is_no_machine_has_problems_only() {
    for text in ["", "[]", "{", "not a definition", "{}"] {
        let diagnostics = Definition::diagnose(text, MachineType::Standard);
        assert_eq!(diagnostics.len(), 1, "{text}: {diagnostics:?}");
        assert_eq!(diagnostics[0].severity(), Severity::Error);
    }
}
