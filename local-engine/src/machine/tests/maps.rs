//! Map: items, concurrency, and iterations that fail.

use serde_json::{Value, json};

use super::driver::{Driver, Reply, arn};

/// A Map over `$.items` with this item processor of one state, `Item`.
fn map(item: &Value, fields: &Value) -> Value {
    let mut state = json!({"Type": "Map", "ItemsPath": "$.items", "End": true,
        "ItemProcessor": {"StartAt": "Item", "States": {"Item": item}}});
    state
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({"StartAt": "M", "States": {"M": state, "Rescue": {"Type": "Pass", "End": true}}})
}

fn pass() -> Value {
    json!({"Type": "Pass", "End": true})
}

fn ship() -> Value {
    json!({"Type": "Task", "Resource": arn("ship"), "End": true})
}

fn items(count: usize) -> String {
    json!({"items": (0..count).collect::<Vec<_>>()}).to_string()
}

/// The greatest number of tasks that were under way at once.
fn peak(run: &Driver) -> usize {
    let mut under_way = 0;
    let mut peak = 0;
    for event in &run.history {
        match event.event_type() {
            "ActivityScheduled" => under_way += 1,
            "ActivitySucceeded" => under_way -= 1,
            _ => {}
        }
        peak = peak.max(under_way);
    }
    peak
}

#[test]
fn one_at_a_time_every_iteration_points_past_the_success_before_it() {
    let run = Driver::run(
        &map(&pass(), &json!({"MaxConcurrency": 1})),
        r#"{"items":[7,"x"]}"#,
        &[],
    );
    assert_eq!(
        run.lines()[2..],
        [
            "3<-2 MapStateStarted 2",
            "4<-3 MapIterationStarted 0",
            "5<-4 PassStateEntered Item 7",
            "6<-5 PassStateExited Item 7",
            "7<-6 MapIterationSucceeded 0",
            "8<-6 MapIterationStarted 1",
            r#"9<-8 PassStateEntered Item "x""#,
            r#"10<-9 PassStateExited Item "x""#,
            "11<-10 MapIterationSucceeded 1",
            "12<-11 MapStateSucceeded",
            r#"13<-11 MapStateExited M [7,"x"]"#,
            r#"14<-13 ExecutionSucceeded [7,"x"]"#,
        ]
    );
    let iteration = run.history[3].to_json(true);
    assert_eq!(
        iteration["mapIterationStartedEventDetails"],
        json!({"name": "M", "index": 0})
    );
}

#[test]
fn no_items_no_iterations() {
    let run = Driver::run(&map(&pass(), &json!({})), r#"{"items":[]}"#, &[]);
    assert_eq!(
        run.lines()[2..],
        [
            "3<-2 MapStateStarted 0",
            "4<-3 MapStateSucceeded",
            "5<-3 MapStateExited M []",
            "6<-5 ExecutionSucceeded []",
        ]
    );
}

#[test]
fn no_more_iterations_run_at_once_than_allowed() {
    let script: &[(&str, &[Reply])] = &[("ship", &[Reply::Success(1, "0")])];
    for (fields, limit) in [
        (json!({"MaxConcurrency": 3}), 3),
        (json!({"MaxConcurrencyPath": "$.limit"}), 2),
        (json!({"MaxConcurrency": 0}), 40),
        (json!({}), 40),
    ] {
        let input = json!({"items": vec![0; 50], "limit": 2}).to_string();
        let run = Driver::run(&map(&ship(), &fields), &input, script);
        assert_eq!(peak(&run), limit, "{fields}");
        assert_eq!(run.output().map(str::len), Some(101), "{fields}");
    }
}

#[test]
fn outputs_keep_the_order_of_the_items() {
    let replies: &[Reply] = &[
        Reply::Success(3, "3"),
        Reply::Success(1, "1"),
        Reply::Success(2, "2"),
    ];
    let run = Driver::run(&map(&ship(), &json!({})), &items(3), &[("ship", replies)]);
    assert_eq!(run.output(), Some("[3,1,2]"));
    assert_eq!(run.seconds_to(run.history.len()), 3.0);
}

#[test]
fn the_item_selector_and_the_states_inside_see_the_item() {
    let inside = json!({"Type": "Pass", "End": true,
        "Parameters": {"n.$": "$.value", "again.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index"}});
    let selector =
        json!({"value.$": "$$.Map.Item.Value", "all.$": "$.items", "state.$": "$$.State.Name"});
    for key in ["ItemSelector", "Parameters"] {
        let definition = map(&inside, &json!({key: selector, "ResultPath": "$.done"}));
        let run = Driver::run(&definition, r#"{"items":[5]}"#, &[]);
        assert_eq!(
            run.lines()[4],
            r#"5<-4 PassStateEntered Item {"value":5,"all":[5],"state":"M"}"#
        );
        assert_eq!(
            run.output(),
            Some(r#"{"items":[5],"done":[{"n":5,"again":5,"at":0}]}"#)
        );
    }
}

#[test]
fn the_input_itself_may_be_the_items() {
    let definition = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
        "Iterator": {"StartAt": "Item", "States": {"Item": pass()}}}}});
    let run = Driver::run(&definition, "[1, 2]", &[]);
    assert_eq!(run.output(), Some("[1,2]"));
}

#[test]
fn a_failing_iteration_cuts_the_others() {
    let item = json!({"Type": "Choice", "Default": "Pause",
        "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Boom"}, {"Variable": "$", "NumericEquals": 2, "Next": "Ship"}]});
    let definition = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
    "StartAt": "Item", "States": {
        "Item": item,
        "Pause": {"Type": "Wait", "Seconds": 60, "End": true},
        "Ship": {"Type": "Task", "Resource": arn("ship"), "End": true},
        "Boom": {"Type": "Task", "Resource": arn("boom"), "End": true},
    }}}}});
    let boom: &[Reply] = &[Reply::Failure(Some("Broken"), None)];
    let run = Driver::run(&definition, "[0, 1, 2]", &[("boom", boom)]);
    let failed = run
        .history
        .iter()
        .find(|event| event.event_type() == "ActivityFailed")
        .unwrap()
        .id;
    let next = failed + 1;
    assert_eq!(
        run.last_lines(8),
        [
            format!("{next}<-{failed} TaskStateAborted"),
            format!("{}<-{failed} MapIterationAborted 0", next + 1),
            format!("{}<-{failed} WaitStateAborted", next + 2),
            format!("{}<-{failed} MapIterationAborted 2", next + 3),
            format!("{}<-{failed} TaskStateAborted", next + 4),
            format!("{}<-{failed} MapIterationFailed 1", next + 5),
            format!("{}<-{failed} MapStateFailed", next + 6),
            format!("{}<-{} ExecutionFailed Broken -", next + 7, next + 6),
        ]
    );
    assert_eq!(run.forgotten.len(), 1);
    assert!(run.timers.is_empty() && run.open_tasks.is_empty());
}

#[test]
fn a_retry_starts_the_map_again_from_the_failure() {
    let fail = json!({"Type": "Fail", "Error": "Broken"});
    let run = Driver::run(
        &map(
            &fail,
            &json!({"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]}),
        ),
        &items(1),
        &[],
    );
    assert_eq!(
        run.lines()[2..],
        [
            "3<-2 MapStateStarted 1",
            "4<-3 MapIterationStarted 0",
            "5<-4 FailStateEntered Item 0",
            "6<-5 MapIterationFailed 0",
            "7<-5 MapStateStarted 1",
            "8<-7 MapIterationStarted 0",
            "9<-8 FailStateEntered Item 0",
            "10<-9 MapIterationFailed 0",
            "11<-9 MapStateFailed",
            "12<-11 ExecutionFailed Broken -",
        ]
    );
}

#[test]
fn a_caught_failure_leaves_the_map_after_its_failed_event() {
    let fail = json!({"Type": "Fail", "Error": "Broken"});
    let catch =
        json!({"MaxConcurrency": 1, "Catch": [{"ErrorEquals": ["Broken"], "Next": "Rescue"}]});
    let run = Driver::run(&map(&fail, &catch), &items(3), &[]);
    assert_eq!(
        run.lines()[5..8],
        [
            "6<-5 MapIterationFailed 0",
            "7<-5 MapStateFailed",
            r#"8<-7 MapStateExited M {"Error":"Broken","Cause":null}"#,
        ]
    );
}

#[test]
fn items_and_limits_that_are_none_end_the_execution() {
    let opening = "An error occurred while executing the state 'M' (entered at the event id #2). ";
    for (fields, input, cause) in [
        (
            json!({}),
            r#"{"items":7}"#,
            r#"Reference path "$.items" must point to array."#,
        ),
        (
            json!({"MaxConcurrencyPath": "$.limit"}),
            r#"{"items":[1],"limit":"few"}"#,
            r#"The MaxConcurrencyPath field refers to value "few" which is not a valid integer: $.limit"#,
        ),
        (
            json!({"MaxConcurrencyPath": "$.limit"}),
            r#"{"items":[1],"limit":-1}"#,
            "MaxConcurrency cannot be negative.",
        ),
    ] {
        let run = Driver::run(&map(&pass(), &fields), input, &[]);
        assert_eq!(
            run.last_lines(1),
            [format!(
                "3<-2 ExecutionFailed States.Runtime {opening}{cause}"
            )]
        );
    }
}
