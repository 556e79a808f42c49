//! Fields of the other language, resources and credentials.

use serde_json::json;

use super::*;

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
fn a_resource_is_an_activity_a_function_or_an_integrated_action() {
    for resource in [
        "arn:aws:states:::lambda:invoke",
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:lambda:us-east-1:123456789012:function:charge",
    ] {
        let task = json!({"Type": "Task", "Resource": resource, "Next": "F"});
        let definition = Definition::parse(&machine_of(&task).to_string()).unwrap();
        assert!(definition.activities.is_empty(), "{resource}");
    }
    for resource in [
        "arn:aws:states:us-east-1:123456789012:activity:",
        "arn:aws:states:::dynamodb:query",
        "charge",
    ] {
        let problem = format!(
            "The resource provided {resource} is not recognized. The value is not a valid \
             resource ARN, or the resource is not available in this region. at /States/S/Resource"
        );
        check_state(
            &json!({"Type": "Task", "Resource": resource, "Next": "F"}),
            &[&problem],
        );
    }
}

#[test]
fn credentials_are_checked() {
    let task = |credentials: Value| json!({"Type": "Task", "Resource": ACTIVITY, "Next": "F", "Credentials": credentials});
    let accepted = machine_of(&task(json!({"RoleArn.$": "$.role"})));
    Definition::parse(&accepted.to_string()).unwrap();
    check_state(
        &task(json!({})),
        &["The field 'RoleArn' is required but was missing at /States/S/Credentials"],
    );
}
