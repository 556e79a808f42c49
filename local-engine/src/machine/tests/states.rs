//! Pass, Choice, Wait, Succeed and Fail.

use serde_json::{Value, json};

use super::driver::Driver;
use crate::machine::Status;

/// A definition of one state.
fn only(state: &Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state, "T": {"Type": "Succeed"}}})
}

/// The cause with which an execution of one state fails with `States.Runtime`, without its
/// opening sentence.
fn runtime_cause(state: &Value, input: &str) -> String {
    let run = Driver::run(&only(state), input, &[]);
    let closed = run.closed.unwrap();
    assert_eq!(closed.error.as_deref(), Some("States.Runtime"));
    let opening = "An error occurred while executing the state 'S' (entered at the event id #2). ";
    closed
        .cause
        .unwrap()
        .strip_prefix(opening)
        .unwrap()
        .to_owned()
}

#[test]
fn a_pass_hands_its_input_on_blanks_included() {
    let run = Driver::run(&only(&json!({"Type": "Pass", "Next": "T"})), "[1,  2]", &[]);
    assert_eq!(
        run.lines(),
        [
            "1<-0 ExecutionStarted [1,  2]",
            "2<-0 PassStateEntered S [1,  2]",
            "3<-2 PassStateExited S [1,  2]",
            "4<-3 SucceedStateEntered T [1,  2]",
            "5<-4 SucceedStateExited T [1,  2]",
            "6<-5 ExecutionSucceeded [1,  2]",
        ]
    );
}

#[test]
fn a_pass_puts_its_result_where_the_path_says() {
    let cases = [
        (json!({"Type": "Pass", "Result": 7, "End": true}), "7"),
        (
            json!({"Type": "Pass", "Result": 7, "ResultPath": "$.b.c", "End": true}),
            r#"{"a":[1,2],"b":{"c":7}}"#,
        ),
        (
            json!({"Type": "Pass", "Result": 7, "ResultPath": null, "End": true}),
            r#"{"a":[1,2]}"#,
        ),
        (
            json!({"Type": "Pass", "InputPath": "$.a", "End": true}),
            "[1,2]",
        ),
        (
            json!({"Type": "Pass", "InputPath": null, "End": true}),
            "{}",
        ),
        (
            json!({"Type": "Pass", "OutputPath": "$.a[1]", "End": true}),
            "2",
        ),
        (
            json!({"Type": "Pass", "OutputPath": null, "End": true}),
            "{}",
        ),
        (
            json!({"Type": "Pass", "Parameters": {"x.$": "$.a[0]", "y": "z"}, "End": true}),
            r#"{"x":1,"y":"z"}"#,
        ),
    ];
    for (state, output) in cases {
        let run = Driver::run(&only(&state), r#"{"a":[1,2]}"#, &[]);
        assert_eq!(run.output(), Some(output), "{state}");
    }
}

#[test]
fn a_path_to_nowhere_ends_the_execution() {
    let cause = runtime_cause(
        &json!({"Type": "Pass", "InputPath": "$.b", "End": true}),
        "{}",
    );
    assert_eq!(cause, "Invalid path '$.b' : No results for path: $['b']");
    let cause = runtime_cause(
        &json!({"Type": "Pass", "Parameters": {"x.$": "$.b"}, "End": true}),
        "{}",
    );
    assert_eq!(
        cause,
        "The JSONPath '$.b' specified for the field 'x.$' could not be found in the input '{}'"
    );
}

#[test]
fn a_long_chain_of_states_does_not_recurse() {
    let mut states = json!({"End": {"Type": "Succeed"}});
    for index in 0..12_000 {
        let next = if index == 11_999 {
            "End".into()
        } else {
            format!("S{}", index + 1)
        };
        states[format!("S{index}")] = json!({"Type": "Pass", "Next": next});
    }
    let run = Driver::run(&json!({"StartAt": "S0", "States": states}), "{}", &[]);
    assert_eq!(run.closed.unwrap().status, Status::Succeeded);
    assert_eq!(run.history.len(), 24_004);
}

#[test]
fn a_choice_takes_the_first_rule_that_holds_and_hands_its_input_on() {
    let definition = json!({"StartAt": "Size", "States": {
        "Size": {"Type": "Choice", "InputPath": "$.order", "Default": "Small", "Choices": [
            {"Variable": "$.n", "NumericGreaterThan": 10, "Next": "Large"},
            {"Variable": "$.n", "NumericGreaterThan": 5, "Next": "Medium"},
        ]},
        "Small": {"Type": "Succeed"}, "Medium": {"Type": "Succeed"}, "Large": {"Type": "Succeed"},
    }});
    for (n, next) in [(20, "Large"), (7, "Medium"), (1, "Small")] {
        let run = Driver::run(&definition, &format!(r#"{{"order":{{"n":{n}}}}}"#), &[]);
        assert_eq!(
            run.lines()[2..4],
            [
                format!(r#"3<-2 ChoiceStateExited Size {{"n":{n}}}"#),
                format!(r#"4<-3 SucceedStateEntered {next} {{"n":{n}}}"#),
            ]
        );
    }
}

#[test]
fn a_choice_without_a_way_on_ends_the_execution() {
    let choice = json!({"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "T"}]});
    let cause = runtime_cause(&choice, r#"{"n": 2}"#);
    assert_eq!(
        cause,
        "Failed to transition out of the state. The state does not point to a next state."
    );
}

#[test]
fn a_wait_lasts_until_its_instant() {
    let until = "2026-11-22T10:01:30Z";
    let cases = [
        (json!({"Type": "Wait", "Seconds": 90, "End": true}), 90.0),
        (
            json!({"Type": "Wait", "SecondsPath": "$.s", "End": true}),
            90.0,
        ),
        (
            json!({"Type": "Wait", "Timestamp": until, "End": true}),
            90.0,
        ),
        (
            json!({"Type": "Wait", "TimestampPath": "$.t", "End": true}),
            90.0,
        ),
        (
            json!({"Type": "Wait", "Timestamp": "2020-01-01T00:00:00Z", "End": true}),
            0.0,
        ),
        (json!({"Type": "Wait", "Seconds": 0, "End": true}), 0.0),
    ];
    let input = json!({"s": 90, "t": until}).to_string();
    for (state, seconds) in cases {
        let run = Driver::run(&only(&state), &input, &[]);
        assert_eq!(
            run.lines()[2..],
            [
                format!("3<-2 WaitStateExited S {input}"),
                format!("4<-3 ExecutionSucceeded {input}")
            ],
            "{state}"
        );
        assert_eq!(
            (run.seconds_to(2), run.seconds_to(3)),
            (0.0, seconds),
            "{state}"
        );
    }
}

#[test]
fn a_wait_for_nonsense_ends_the_execution() {
    let seconds = json!({"Type": "Wait", "SecondsPath": "$.s", "End": true});
    for (input, cause) in [
        (
            r#"{"s": -1}"#,
            "The SecondsPath parameter references a negative value: $.s == -1",
        ),
        (
            r#"{"s": 1.5}"#,
            "The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5",
        ),
        (r#"{"s": 2147483648}"#, "Wait state delay is too long."),
        (
            r#"{"s": 9223372036854775807}"#,
            "Wait state delay is too long.",
        ),
    ] {
        assert_eq!(runtime_cause(&seconds, input), cause);
    }
    let timestamp = json!({"Type": "Wait", "TimestampPath": "$.t", "End": true});
    assert_eq!(
        runtime_cause(&timestamp, r#"{"t": "2016-12-05T21:29:29"}"#),
        "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: \
         $.t == 2016-12-05T21:29:29"
    );
    assert_eq!(
        runtime_cause(&timestamp, r#"{"t": "2999-12-05T21:29:29Z"}"#),
        "Wait state delay is too long."
    );
}

#[test]
fn a_fail_says_what_is_written_or_found() {
    for (state, error, cause) in [
        (
            json!({"Type": "Fail", "Error": "Broken", "Cause": "no luck"}),
            Some("Broken"),
            Some("no luck"),
        ),
        (
            json!({"Type": "Fail", "ErrorPath": "$.e", "CausePath": "$.c"}),
            Some("E"),
            Some("C"),
        ),
        (json!({"Type": "Fail"}), None, None),
    ] {
        let run = Driver::run(&only(&state), r#"{"e":"E","c":"C"}"#, &[]);
        let closed = run.closed.as_ref().unwrap();
        assert_eq!(
            (closed.error.as_deref(), closed.cause.as_deref()),
            (error, cause)
        );
        let line = format!(
            "3<-2 ExecutionFailed {} {}",
            error.unwrap_or("-"),
            cause.unwrap_or("-")
        );
        assert_eq!(run.last_lines(1), [line]);
    }
    let cause = runtime_cause(&json!({"Type": "Fail", "ErrorPath": "$.e"}), r#"{"f":1}"#);
    assert_eq!(
        cause,
        r#"The JSONPath '$.e' specified for the field 'ErrorPath' could not be found in the input '{"f":1}'"#
    );
}
