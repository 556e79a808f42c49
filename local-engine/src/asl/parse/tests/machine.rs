//! The machine around the states: JSON, graphs, names.

use serde_json::json;

use super::*;
use crate::asl::{Code, StateKind};

#[test]
fn five_mistakes_are_five_problems() {
    let text = r#"{
        "StartAt": "Charge",
        "States": {
            "Charge": {
                "Type": "Task",
                "Resource": "arn:aws:states:us-east-1:123456789012:activity:charge",
                "TimeoutSeconds": 0,
                "Retry": [{"ErrorEquals": [], "BackoffRate": 0.5}],
                "Next": "Gone"
            },
            "Pause": {"Type": "Wait", "Timestamp": "tomorrow", "End": true}
        }
    }"#;
    let problems = Definition::parse(text).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "/States/Charge/TimeoutSeconds: SCHEMA_VALIDATION_FAILED: Minimum value is 1\n\
         /States/Charge/Retry[0]/ErrorEquals: SCHEMA_VALIDATION_FAILED: Value cannot be empty\n\
         /States/Charge/Retry[0]/BackoffRate: SCHEMA_VALIDATION_FAILED: Minimum value is 1; no delay may be shorter than the one before\n\
         /States/Pause/Timestamp: SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp; \
         write it like 2026-01-31T12:00:00Z\n\
         /States/Charge/Next: MISSING_TRANSITION_TARGET: Missing 'Next' target: Gone; \
         the states beside it are: Charge, Pause\n\
         /States/Pause: MISSING_TRANSITION_TARGET: State \"Pause\" is not reachable; \
         lead another state to it, or leave it out"
    );
    // The unreachable state follows from the wrong name: five mistakes, and their trace.
    assert_eq!(problems.iter().count(), 6);
}

#[test]
fn a_valid_machine_is_read() {
    let definition = json!({
        "Comment": "Orders", "Version": "1.0", "TimeoutSeconds": 60, "StartAt": "Both",
        "States": {
            "Both": {"Type": "Parallel", "Next": "Done", "Branches": [
                {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": ACTIVITY, "End": true}}},
                {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}},
            ]},
            "Done": {"Type": "Succeed"},
        },
    });
    let definition = Definition::parse(&definition.to_string()).unwrap();
    assert_eq!(definition.timeout, Some(Duration::from_secs(60)));
    assert_eq!(definition.graph.start().name, "Both");
    assert_eq!(definition.graph.states().len(), 2);
    assert_eq!(definition.activities[0].arn, ACTIVITY);
    assert_eq!(
        definition.activities[0].path,
        "/States/Both/Branches[0]/States/A/Resource"
    );
    let StateKind::Parallel(both) = &definition.graph.start().kind else {
        panic!("Both is a Parallel");
    };
    assert_eq!(both.branches[1].start().name, "B");
    assert!(definition.graph.state("A").is_none());
}

#[test]
fn a_text_that_is_no_object_is_no_definition() {
    for text in ["", "  ", "[]", "1", "\"a\""] {
        assert_eq!(
            Definition::parse(text).unwrap_err().service_text(),
            "SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null",
            "{text}"
        );
    }
    let problems = Definition::parse("{").unwrap_err();
    assert!(
        problems
            .iter()
            .all(|problem| problem.code == Code::InvalidJsonDescription)
    );
    let text = format!("\"{}\"", "a".repeat(SIZE_LIMIT));
    assert!(
        Definition::parse(&text)
            .unwrap_err()
            .to_string()
            .contains("1048576 bytes")
    );
    let deep = "[".repeat(100_000);
    assert!(Definition::parse(&deep).is_err());
}

#[test]
fn what_a_machine_must_have_is_named() {
    assert_eq!(
        problems(&json!({})),
        "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"
    );
    assert_eq!(
        problems(&json!({"StartAt": "A"})),
        "SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"
    );
    assert_eq!(
        problems(&json!({"States": {"A": {"Type": "Pass", "End": true}}})),
        "SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] at /"
    );
}

#[test]
fn targets_must_be_there_and_states_reachable() {
    assert_eq!(
        problems(&json!({"StartAt": "pass1", "States": {
            "pass1": {"Type": "Pass", "Next": "pass3"},
            "pass2": {"Type": "Pass", "End": true},
        }})),
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next, \
         MISSING_TRANSITION_TARGET: State \"pass2\" is not reachable. at /States/pass2"
    );
    assert_eq!(
        problems(&json!({"StartAt": "x", "States": {"A": {"Type": "Succeed"}}})),
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: x at /StartAt, \
         MISSING_TRANSITION_TARGET: State \"A\" is not reachable. at /States/A"
    );
    let text = problems(&json!({"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Default": "n2", "Choices": [
            {"Variable": "$.a", "IsNull": true, "Next": "n1"},
            {"Variable": "$.a", "IsNull": true, "Next": "T"},
        ]},
        "T": {"Type": "Task", "Resource": ACTIVITY, "End": true,
              "Catch": [{"ErrorEquals": ["E"], "Next": "n3"}]},
    }}));
    for (name, path) in [
        ("n1", "/States/C/Choices[0]/Next"),
        ("n2", "/States/C/Default"),
        ("n3", "/States/T/Catch[0]/Next"),
    ] {
        assert!(
            text.contains(&format!("Missing 'Next' target: {name} at {path}")),
            "{text}"
        );
    }
}

#[test]
fn a_graph_without_an_end_is_said_to_have_none_and_no_more() {
    let next = |target: &str| json!({"Type": "Pass", "Next": target});
    let mut machine = json!({"StartAt": "A", "States": {"A": next("B"), "B": next("A")}});
    let no_end = "MISSING_END_STATE: Workflow has no terminal state at null";
    assert_eq!(problems(&machine), no_end);
    machine["States"]["D"] = next("A");
    assert_eq!(problems(&machine), no_end);
    machine["States"]["C"] = json!({"Type": "Pass", "End": true});
    assert!(problems(&machine).contains("State \"C\" is not reachable. at /States/C"));
    assert_eq!(
        problems(&json!({"StartAt": "A", "States": {"A": next("NOPE")}})),
        format!(
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/A/Next, {no_end}"
        )
    );
}

fn one_state(name: &str) -> Value {
    json!({"StartAt": name, "States": {name: {"Type": "Succeed"}}})
}

#[test]
fn names_are_short_and_unique_in_the_whole_machine() {
    let machine = one_state(&"é".repeat(81));
    assert!(problems(&machine).starts_with("INVALID_STATE_NAME: "));
    let machine = one_state(&"é".repeat(80));
    assert_eq!(problems(&machine), "");
    let branch = json!({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}});
    let machine = json!({"StartAt": "S", "States": {
        "S": {"Type": "Parallel", "Branches": [branch], "End": true}}});
    assert_eq!(
        problems(&machine),
        "DUPLICATE_STATE_NAME: Duplicate State name: S at /States/S/Branches[0]/States/S"
    );
}

#[test]
fn a_field_given_twice_is_a_problem() {
    let text = r#"{"StartAt": "A", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
    assert_eq!(
        Definition::parse(text).unwrap_err().service_text(),
        "SCHEMA_VALIDATION_FAILED: Field 'StartAt' is given more than once at /"
    );
}

#[test]
fn an_express_machine_cannot_wait() {
    let express = |resource: &str| {
        let machine = machine_of(&json!({"Type": "Task", "Resource": resource, "Next": "F"}));
        let problems = Definition::parse_as(&machine.to_string(), MachineType::Express);
        problems.unwrap_err().service_text()
    };
    assert_eq!(
        express(ACTIVITY),
        "SCHEMA_VALIDATION_FAILED: Express state machine does not support Activity ARN at /States/S/Resource"
    );
    assert_eq!(
        express("arn:aws:states:::states:startExecution.sync"),
        "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration \
         at /States/S/Resource"
    );
    assert_eq!(
        express("arn:aws:states:::sns:publish.waitForTaskToken"),
        "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.waitForTaskToken' \
         service integration  at /States/S/Resource"
    );
}

#[test]
fn a_text_that_breaks_off_after_a_wide_character_is_refused() {
    assert!(Definition::parse("\"᳀").is_err());
}
