//! The fields of each type of state.

use serde_json::json;

use super::*;

fn pass() -> Value {
    json!({"Type": "Pass", "End": true})
}

fn task() -> Value {
    json!({"Type": "Task", "Resource": ACTIVITY, "End": true})
}

#[test]
fn a_state_has_one_of_eight_types() {
    check_state(
        &json!({"End": true}),
        &["These fields are required: [Type] at /States/S"],
    );
    check_state(
        &json!({"Type": "Nap", "End": true}),
        &[
            "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, \
           Choice, Parallel, Map] at /States/S/Type",
        ],
    );
    check_state(&json!([]), &["Expected value of type Object at /States/S"]);
}

#[test]
fn a_state_goes_on_or_ends() {
    check_state(
        &json!({"Type": "Pass"}),
        &["This object should have only one of the following fields: [Next, End] at /States/S"],
    );
    check_state(
        &with(&pass(), &json!({"Next": "F"})),
        &["There should only be one of the following fields: [Next, End] at /States/S"],
    );
    check_state(
        &json!({"Type": "Pass", "End": 1}),
        &["Expected value of type Boolean at /States/S/End"],
    );
    check_state(&json!({"Type": "Pass", "Next": "F", "End": false}), &[]);
}

#[test]
fn a_field_of_another_type_is_not_supported() {
    let states = [
        json!({"Type": "Pass", "End": true}),
        json!({"Type": "Wait", "Seconds": 1, "End": true}),
        json!({"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "F"}]}),
        json!({"Type": "Succeed"}),
        json!({"Type": "Fail"}),
    ];
    for state in states {
        for field in [
            "TimeoutSeconds",
            "Catch",
            "Retry",
            "ResultSelector",
            "Branches",
            "Nonsense",
        ] {
            let message = format!("Field '{field}' is not supported at /States/S");
            check_state(&with(&state, &json!({field: 1})), &[&message]);
        }
    }
}

#[test]
fn paths_are_checked() {
    check_state(
        &with(
            &pass(),
            &json!({"InputPath": null, "OutputPath": "$$.Execution"}),
        ),
        &[],
    );
    let text = problems(&machine_of(&with(
        &pass(),
        &json!({"InputPath": "bug$.a", "OutputPath": 1, "ResultPath": "$.a[*]"}),
    )));
    assert!(text.contains("Value must be a valid JSONPath. at /States/S/InputPath"));
    assert!(text.contains("Expected value of type String at /States/S/OutputPath"));
    assert!(text.contains(
        "Value is not a Reference Path: '$.a[*]' may find several places at /States/S/ResultPath"
    ));
    for path in [".guid", "..guid", "()", "$...", "$$.Execution", "$foo"] {
        let text = problems(&machine_of(&with(&pass(), &json!({"ResultPath": path}))));
        assert!(
            text.contains("Value is not a Reference Path") || text.contains("valid JSONPath"),
            "{path}: {text}"
        );
    }
}

#[test]
fn templates_are_checked_at_every_depth() {
    check_state(
        &with(&pass(), &json!({"Parameters": {"parsed.$": "ipsum"}})),
        &[
            "The value for the field 'parsed.$' must be a valid JSONPath or a valid intrinsic \
           function call at /States/S/Parameters",
        ],
    );
    check_state(
        &with(&pass(), &json!({"Parameters": {"a": [{"b.$": 1}]}})),
        &[
            "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function \
           call at /States/S/Parameters/a[0]",
        ],
    );
    check_state(
        &with(&pass(), &json!({"Parameters": {"a": 1, "a.$": "$.a"}})),
        &["The field 'a' is given twice at /States/S/Parameters"],
    );
    check_state(&with(&pass(), &json!({"Result": {"a.$": "no path"}})), &[]);
}

#[test]
fn a_task_names_its_clocks_once() {
    check_state(
        &with(
            &task(),
            &json!({"TimeoutSeconds": 60, "HeartbeatSeconds": 59}),
        ),
        &[],
    );
    check_state(
        &with(
            &task(),
            &json!({"TimeoutSeconds": 60, "HeartbeatSeconds": 60}),
        ),
        &[
            "HeartbeatSeconds 60 must be smaller than TimeoutSeconds 60 at /States/S/HeartbeatSeconds",
        ],
    );
    check_state(
        &with(
            &task(),
            &json!({"TimeoutSeconds": 1, "TimeoutSecondsPath": "$.t"}),
        ),
        &[
            "There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/S",
        ],
    );
    check_state(
        &with(
            &task(),
            &json!({"TimeoutSeconds": 1.5, "HeartbeatSeconds": -1}),
        ),
        &[
            "Expected value of type Integer at /States/S/TimeoutSeconds",
            "Minimum value is 1 at /States/S/HeartbeatSeconds",
        ],
    );
    check_state(
        &json!({"Type": "Task", "End": true}),
        &["These fields are required: [Resource] at /States/S"],
    );
}

#[test]
fn retriers_keep_to_their_limits() {
    let retry = |entries: Value| with(&task(), &json!({"Retry": entries}));
    check_state(
        &retry(
            json!([{"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": 0,
            "BackoffRate": 1, "MaxDelaySeconds": 31_622_400, "JitterStrategy": "FULL", "Comment": ""}]),
        ),
        &[],
    );
    check_state(
        &retry(
            json!([{"ErrorEquals": ["E"], "IntervalSeconds": 0, "MaxAttempts": 100_000_000,
            "MaxDelaySeconds": 31_622_401, "BackoffRate": "2", "JitterStrategy": "PARTIAL", "Next": ""}]),
        ),
        &[
            "Field 'Next' is not supported at /States/S/Retry[0]",
            "Maximum value is 99999999 at /States/S/Retry[0]/MaxAttempts",
            "Maximum value is 31622400 at /States/S/Retry[0]/MaxDelaySeconds",
            "Expected value of type Number at /States/S/Retry[0]/BackoffRate",
            "Value should be one of the following: [NONE, FULL] at \
             /States/S/Retry[0]/JitterStrategy",
        ],
    );
    check_state(
        &retry(json!([{"ErrorEquals": ["States.ALL", "E"]}, {"ErrorEquals": ["E"]}])),
        &["States.ALL must appear alone and at end of list at /States/S/Retry[0]/ErrorEquals"],
    );
    check_state(
        &retry(json!({})),
        &["Expected value of type Array at /States/S/Retry"],
    );
}

#[test]
fn catchers_name_errors_and_a_state() {
    let catch = |entry: Value| with(&task(), &json!({"Catch": [entry]}));
    check_state(
        &catch(json!({"ErrorEquals": ["E"], "Next": "F", "ResultPath": null})),
        &[],
    );
    check_state(
        &catch(json!({"Error Equals": ["E"]})),
        &[
            "Field 'Error Equals' is not supported at /States/S/Catch[0]",
            "These fields are required: [ErrorEquals] at /States/S/Catch[0]",
            "These fields are required: [Next] at /States/S/Catch[0]",
        ],
    );
    check_state(
        &catch(json!({"ErrorEquals": [true], "Next": "F"})),
        &["Expected value of type String at /States/S/Catch[0]/ErrorEquals[0]"],
    );
}

#[test]
fn a_wait_has_one_form() {
    let wait = |fields: Value| with(&json!({"Type": "Wait", "Next": "F"}), &fields);
    for fields in [
        json!({"Seconds": 0}),
        json!({"SecondsPath": "$.s"}),
        json!({"Timestamp": "2026-01-31T12:00:00.5+01:00"}),
        json!({"TimestampPath": "$$.Execution.StartTime"}),
    ] {
        check_state(&wait(fields), &[]);
    }
    check_state(
        &wait(json!({})),
        &[
            "This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/S",
        ],
    );
    check_state(
        &wait(json!({"Seconds": 1, "SecondsPath": "$.s"})),
        &[
            "There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/S",
        ],
    );
    for timestamp in [
        "2016-12-05T21:29:29",
        "2016-12-05 21:29:29Z",
        "05-12-2016T21:29:29Z",
    ] {
        check_state(
            &wait(json!({"Timestamp": timestamp})),
            &["String does not match RFC3339 timestamp at /States/S/Timestamp"],
        );
    }
}

#[test]
fn a_fail_says_error_and_cause_once() {
    check_state(
        &json!({"Type": "Fail", "ErrorPath": "$.e", "Cause": "c"}),
        &[],
    );
    check_state(
        &json!({"Type": "Fail", "Error": "e", "ErrorPath": "$.e", "Cause": 1}),
        &[
            "There should only be one of the following fields: [Error, ErrorPath] at /States/S",
            "Expected value of type String at /States/S/Cause",
        ],
    );
}

#[test]
fn a_choice_has_rules_with_one_operator_each() {
    let choice =
        |rule: Value| json!({"Type": "Choice", "Choices": [with(&json!({"Next": "F"}), &rule)]});
    check_state(
        &json!({"Type": "Choice", "Choices": []}),
        &["Value cannot be empty at /States/S/Choices"],
    );
    check_state(
        &choice(json!({"Variable": "$.a"})),
        &["A choice rule needs an operator at /States/S/Choices[0]"],
    );
    check_state(
        &choice(json!({"Variable": "$.a", "IsNull": true, "IsString": true})),
        &[
            "There should only be one of the following fields: [IsNull, IsString] at \
             /States/S/Choices[0]",
        ],
    );
    check_state(
        &choice(json!({"And": [{"Variable": "$.a", "NumericEquals": "1", "Next": "F"}]})),
        &[
            "Field 'Next' is not supported at /States/S/Choices[0]/And[0]",
            "Expected value of type Number at /States/S/Choices[0]/And[0]/NumericEquals",
        ],
    );
    check_state(
        &choice(json!({"Variable": "$.a[*]", "TimestampEquals": "now"})),
        &[
            "Value is not a Reference Path: '$.a[*]' may find several places at /States/S/Choices[0]/Variable",
            "String does not match RFC3339 timestamp at /States/S/Choices[0]/TimestampEquals",
        ],
    );
    check_state(
        &choice(json!({"Variable": "$.a", "BooleanLessThan": true})),
        &[
            "Field 'BooleanLessThan' is not supported at /States/S/Choices[0]",
            "A choice rule needs an operator at /States/S/Choices[0]",
        ],
    );
    check_state(
        &choice(json!({"Not": {"Variable": "$.a", "IsPresent": 1}})),
        &["Expected value of type Boolean at /States/S/Choices[0]/Not/IsPresent"],
    );
    for rule in [
        json!({"Not": {"Variable": "$.a", "IsPresent": true}, "Variable": "$.b"}),
        json!({"And": [], "Or": []}),
        json!({"StringEquals": "a"}),
        json!({}),
    ] {
        check_state(
            &choice(rule),
            &[
                "The object must have only one of the following fields, [And, Or, Not, Variable, \
                 Condition] at /States/S/Choices[0]",
            ],
        );
    }
    check_state(
        &choice(json!({"Variable": "a", "StringEquals": "a"})),
        &[
            "Value is not a Reference Path: Reference path didn't start with '$' at \
             /States/S/Choices[0]/Variable",
        ],
    );
}

#[test]
fn a_parallel_has_branches_and_a_map_a_processor() {
    check_state(
        &json!({"Type": "Parallel", "Branches": [], "End": true}),
        &["Value cannot be empty at /States/S/Branches"],
    );
    check_state(
        &json!({"Type": "Parallel", "Branches": [[]], "End": true}),
        &["Expected value of type Object at /States/S/Branches[0]"],
    );
    check_state(
        &json!({"Type": "Map", "End": true}),
        &[
            "This object should have only one of the following fields: [ItemProcessor, Iterator] at \
           /States/S",
        ],
    );
    let graph = json!({"StartAt": "I", "States": {"I": {"Type": "Wait", "Seconds": 20}}});
    check_state(
        &json!({"Type": "Map", "Iterator": graph, "End": true, "MaxConcurrency": -1}),
        &[
            "Minimum value is 0 at /States/S/MaxConcurrency",
            "This object should have only one of the following fields: [Next, End] at /States/S/Iterator/States/I, \
           MISSING_END_STATE: Workflow has no terminal state at /States/S/Iterator",
        ],
    );
    let graph =
        json!({"QueryLanguage": "JSONPath", "StartAt": "I", "States": {"I": {"Type": "Succeed"}}});
    check_state(
        &json!({"Type": "Map", "ItemProcessor": graph, "End": true}),
        &["Field 'QueryLanguage' is not supported at /States/S/ItemProcessor"],
    );
}
