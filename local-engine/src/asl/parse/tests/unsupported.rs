//! What AWS runs and this engine does not, yet.

use serde_json::json;

use super::*;
use crate::asl::Code;

/// Checks that a state is refused for this reason alone.
#[track_caller]
fn check(state: &Value, path: &str, what: &str) {
    let problems = Definition::parse(&machine_of(state).to_string()).unwrap_err();
    let found = problems.iter().any(|problem| {
        problem.code == Code::NotSupportedYet
            && problem.path.as_deref() == Some(path)
            && problem.message.contains(what)
    });
    assert!(found, "{problems}");
    assert!(problems.is_only_unsupported(), "{problems}");
}

fn pass(fields: &Value) -> Value {
    with(&json!({"Type": "Pass", "Next": "F"}), fields)
}

#[test]
fn the_other_languages_fields_are_wrong_in_jsonpath() {
    check_state(
        &pass(&json!({"Output": 1})),
        &[
            "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the \
           'JSONata' QueryLanguage at /States/S",
        ],
    );
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
        "S": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": true}}});
    assert_eq!(
        problems(&machine),
        "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for \
         whole state machine at /States/S"
    );
}

#[test]
fn only_activities_are_resources() {
    for resource in [
        "arn:aws:states:::lambda:invoke",
        "arn:aws:lambda:us-east-1:123456789012:function:charge",
        "arn:aws:states:us-east-1:123456789012:activity:",
        "charge",
    ] {
        check(
            &json!({"Type": "Task", "Resource": resource, "Next": "F"}),
            "/States/S/Resource",
            resource,
        );
    }
    check_state(
        &json!({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:query", "Next": "F"}),
        &[
            "The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is \
           not a valid resource ARN, or the resource is not available in this region. at \
           /States/S/Resource",
        ],
    );
}

#[test]
fn credentials_are_refused_and_checked() {
    let task = |credentials: Value| json!({"Type": "Task", "Resource": ACTIVITY, "Next": "F", "Credentials": credentials});
    check(
        &task(json!({"RoleArn": "arn"})),
        "/States/S/Credentials",
        "Credentials",
    );
    check_state(
        &task(json!({})),
        &["The field 'RoleArn' is required but was missing at /States/S/Credentials"],
    );
}
