//! Intrinsic functions in the fields of states.

use serde_json::{Value, json};

use super::driver::{Driver, Reply, arn};

/// The output of an execution of this definition.
fn output(definition: &Value, input: &str, script: &[(&str, &[Reply])]) -> Value {
    let run = Driver::run(definition, input, script);
    let closed = run.closed.unwrap();
    let text = closed
        .output
        .unwrap_or_else(|| panic!("{:?}", closed.cause));
    serde_json::from_str(&text).unwrap()
}

fn drawing() -> Value {
    json!({"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true, "Parameters": {
        "one.$": "States.UUID()",
        "other.$": "States.UUID()",
        "number.$": "States.MathRandom(0, 1000000)"}}}})
}

#[test]
fn random_values_repeat_with_the_seed_and_differ_within_an_execution() {
    let first = output(&drawing(), "{}", &[]);
    assert_eq!(first, output(&drawing(), "{}", &[]));
    assert_ne!(first["one"], first["other"]);
}

#[test]
fn a_retry_draws_again() {
    let task = json!({"Type": "Task", "Resource": arn("charge"), "End": true,
        "Parameters": {"id.$": "States.UUID()", "attempt.$": "$$.State.RetryCount"},
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]});
    let definition = json!({"StartAt": "S", "States": {"S": task}});
    let script: &[(&str, &[Reply])] = &[(
        "charge",
        &[Reply::Failure(Some("Busy"), None), Reply::Success(1, "{}")],
    )];
    let run = Driver::run(&definition, "{}", script);
    let inputs: Vec<Value> = run
        .scheduled
        .iter()
        .map(|(input, ..)| serde_json::from_str(input).unwrap())
        .collect();
    assert_eq!(inputs.len(), 2);
    assert_ne!(inputs[0]["id"], inputs[1]["id"]);
    assert_eq!(inputs[1]["attempt"], 1);
}

#[test]
fn results_are_selected_with_calls() {
    let task = json!({"Type": "Task", "Resource": arn("charge"), "End": true,
        "ResultSelector": {"text.$": "States.Format('{} at {}', $.id, $$.State.Name)",
            "parts": [{"last.$": "States.ArrayGetItem(States.StringSplit($.id, '-'), 1)"}]},
        "ResultPath": "$.charge"});
    let definition = json!({"StartAt": "S", "States": {"S": task}});
    let script: &[(&str, &[Reply])] = &[("charge", &[Reply::Success(1, r#"{"id": "c-7"}"#)])];
    assert_eq!(
        output(&definition, r#"{"a": 1}"#, script),
        json!({"a": 1, "charge": {"text": "c-7 at S", "parts": [{"last": "7"}]}})
    );
}

#[test]
fn items_are_selected_with_calls() {
    let map = json!({"Type": "Map", "ItemsPath": "$.list", "End": true,
        "ItemSelector": {"label.$": "States.Format('{}:{}', $$.Map.Item.Index, $$.Map.Item.Value)",
            "of.$": "States.ArrayLength($.list)"},
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}});
    let definition = json!({"StartAt": "M", "States": {"M": map}});
    assert_eq!(
        output(&definition, r#"{"list": ["a", "b"]}"#, &[]),
        json!([{"label": "0:a", "of": 2}, {"label": "1:b", "of": 2}])
    );
}

#[test]
fn variables_are_arguments_and_are_assigned_calls() {
    let definition = json!({"StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Assign": {"name": "Ada", "words.$": "States.StringSplit($.text, ' ')"},
            "Next": "Use"},
        "Use": {"Type": "Pass", "End": true, "Parameters": {
            "hello.$": "States.Format('Hello {}, {} words', $name, States.ArrayLength($words))",
            "first.$": "States.ArrayGetItem($words, 0)", "second.$": "$words[1]"}}}});
    assert_eq!(
        output(&definition, r#"{"text": "to be"}"#, &[]),
        json!({"hello": "Hello Ada, 2 words", "first": "to", "second": "be"})
    );
}

#[test]
fn a_variable_that_was_never_assigned_is_a_missing_argument() {
    let definition = json!({"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true,
        "Parameters": {"a.$": "States.Format('{}', $nobody)"}}}});
    let run = Driver::run(&definition, "{}", &[]);
    let cause = run.closed.unwrap().cause.unwrap();
    assert!(
        cause.ends_with(
            "The function 'States.Format('{}', $nobody)' had the following error: The JsonPath \
             argument for the field '$nobody' could not be found in the input '{}'"
        ),
        "{cause}"
    );
}

#[test]
fn a_failed_call_in_a_branch_ends_the_execution() {
    let bad = json!({"StartAt": "Bad", "States": {"Bad": {"Type": "Pass", "End": true,
        "Parameters": {"n.$": "States.MathAdd('x', 1)"}}}});
    let definition = json!({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Branches": [bad], "Next": "T",
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "T"}]},
        "T": {"Type": "Succeed"}}});
    let run = Driver::run(&definition, "{}", &[]);
    assert_eq!(run.closed.unwrap().error.as_deref(), Some("States.Runtime"));
}
