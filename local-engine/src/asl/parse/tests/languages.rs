//! Fields of the two languages, expressions, and the names of variables.

use serde_json::json;

use super::*;

/// Reads a machine of one state in JSONata, beside `F`, and returns what is said of it.
fn jsonata(state: &Value) -> String {
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
        "S": state, "F": {"Type": "Succeed"}}});
    problems(&machine)
}

fn pass(fields: &Value) -> Value {
    with(&json!({"Type": "Pass", "Next": "F"}), fields)
}

#[test]
fn every_field_that_takes_an_expression_is_read() {
    let work = json!({
        "Next": "F",
        "Assign": {"a": "{% $states.result %}"},
        "Output": ["{% $states.result %}", 1],
        "Retry": [{"ErrorEquals": ["{% a %}"]}],
        "Catch": [{
            "ErrorEquals": ["States.ALL"],
            "Assign": {"e": "{% $states.errorOutput %}"},
            "Output": "{% $states.errorOutput.Cause %}",
            "Next": "F",
        }],
    });
    let graph = json!({"StartAt": "I", "States": {"I": {"Type": "Succeed", "Output": "{% $a %}"}}});
    for state in [
        with(
            &work,
            &json!({
                "Type": "Task", "Resource": ACTIVITY, "Arguments": "{% $states.input %}",
                "TimeoutSeconds": "{% 5 %}", "HeartbeatSeconds": "{% 2 %}",
            }),
        ),
        with(
            &work,
            &json!({"Type": "Parallel", "Arguments": {"a": "{% 1 %}"}, "Branches": [graph]}),
        ),
        with(
            &work,
            &json!({
                "Type": "Map", "Items": [1, "{% 2 %}"], "ItemSelector": {"a": "{% 1 %}"},
                "MaxConcurrency": "{% 1 %}", "ItemProcessor": graph,
            }),
        ),
        json!({"Type": "Choice", "Default": "F", "Output": "{% 1 %}", "Assign": {"a": 1},
        "Choices": [
            {"Condition": "{% true %}", "Next": "F", "Output": "{% 1 %}", "Assign": {"b": 2}},
            {"Condition": false, "Next": "F"},
        ]}),
        json!({"Type": "Wait", "Seconds": "{% 1 %}", "Next": "F"}),
        json!({"Type": "Wait", "Timestamp": "{% $now() %}", "Next": "F"}),
        json!({"Type": "Fail", "Error": "{% 'E' %}", "Cause": "{% 'c' %}", "Comment": "{% a %}"}),
    ] {
        let said = jsonata(&state);
        let unreachable = ", MISSING_TRANSITION_TARGET: State \"F\" is not reachable. at /States/F";
        assert!(said.is_empty() || unreachable.ends_with(&said), "{said}");
    }
}

#[test]
fn fields_of_jsonpath_are_wrong_in_jsonata() {
    for (state, field) in [
        (pass(&json!({"InputPath": "$"})), "InputPath"),
        (pass(&json!({"Parameters": {}})), "Parameters"),
        (pass(&json!({"Result": 1})), "Result"),
        (
            json!({"Type": "Wait", "Seconds": 1, "SecondsPath": "$.a", "Next": "F"}),
            "SecondsPath",
        ),
    ] {
        let said = jsonata(&state);
        let expected = format!(
            "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field '{field}' \
             is only supported for the 'JSONPath' QueryLanguage at /States/S"
        );
        assert!(said.starts_with(&expected), "{said}");
    }
    let choice = json!({"Type": "Choice", "Choices": [
        {"Variable": "$.a", "IsNull": true, "Condition": true, "Next": "F"}]});
    assert!(jsonata(&choice).contains("field 'Variable' is only supported for the 'JSONPath'"));
}

#[test]
fn expressions_are_checked_where_they_stand() {
    for (output, expected) in [
        (
            json!({"v": "{% phone %}"}),
            "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not \
             supported. at /States/S/Output/v",
        ),
        (
            json!({"a": {"b": ["{% $$ %}"]}}),
            "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported. at \
             /States/S/Output/a/b[0]",
        ),
        (
            json!("{% $states.errorOutput %}"),
            "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at \
             /States/S/Output",
        ),
        (
            json!("{% $states.result %}"),
            "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.result' does not exist. at \
             /States/S/Output",
        ),
        (
            json!("{% $a ?? 1 %}"),
            "INVALID_JSONATA_EXPRESSION: The operator '??' is not part of JSONata 2.0.6 at \
             /States/S/Output",
        ),
        (
            json!("{% $a"),
            "INVALID_JSONATA_EXPRESSION: The JSONata expression lacks its '%}' at the end at \
             /States/S/Output",
        ),
    ] {
        assert_eq!(jsonata(&pass(&json!({"Output": output}))), expected);
    }
    let syntax = jsonata(&pass(&json!({"Assign": {"v": "{% phone[1,2) %}"}})));
    assert!(
        syntax.starts_with("INVALID_JSONATA_EXPRESSION: ")
            && syntax.ends_with(" at /States/S/Assign/v"),
        "{syntax}"
    );
}

#[test]
fn a_text_with_blanks_around_an_expression_is_a_text() {
    assert_eq!(jsonata(&pass(&json!({"Output": " {% phone %} "}))), "");
    assert_eq!(jsonata(&pass(&json!({"Output": "a {% b %} c"}))), "");
}

#[test]
fn variables_have_names() {
    for name in ["states", "1st", "a b", "", &"x".repeat(81)] {
        let said = problems(&machine_of(&pass(&json!({"Assign": {name: 1}}))));
        assert!(
            said.contains("variable name") && said.contains(" at /States/S/Assign"),
            "{said}"
        );
    }
    for name in ["_a1", "größe", "a.$"] {
        let said = problems(&machine_of(&pass(&json!({"Assign": {name: "$.x"}}))));
        assert_eq!(said, "", "{name}");
    }
}

#[test]
fn a_branch_cannot_assign_what_was_assigned_before_it() {
    let graph = |name: &str| json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {name: 1}, "End": true}}});
    let machine = |inner: &Value| {
        json!({"StartAt": "A", "States": {
            "A": {"Type": "Pass", "Assign": {"before": 1}, "Next": "P"},
            "P": {"Type": "Parallel", "Branches": [inner], "Assign": {"after.$": "$"}, "Next": "B"},
            "B": {"Type": "Pass", "Assign": {"later": 1}, "End": true},
        }})
    };
    assert_eq!(
        problems(&machine(&graph("before"))),
        "DUPLICATE_VARIABLE_NAME: The variable name 'before' was already defined in a parent \
         scope. at /States/P/Branches[0]/States/I/Assign"
    );
    assert_eq!(problems(&machine(&graph("after"))), "");
    assert_eq!(problems(&machine(&graph("later"))), "");
    assert_eq!(problems(&machine(&graph("own"))), "");
}

#[test]
fn states_inside_have_the_language_of_the_machine_and_not_of_the_state_around_them() {
    let machine = json!({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "QueryLanguage": "JSONata", "Output": "{% 1 %}", "End": true,
            "Branches": [{"StartAt": "I", "States": {
                "I": {"Type": "Pass", "Output": 1, "End": true}}}]}}});
    assert_eq!(
        problems(&machine),
        "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONPath', but field 'Output' is \
         only supported for the 'JSONata' QueryLanguage at /States/P/Branches[0]/States/I"
    );
}
