//! Distributed Maps seen from inside: what is asked of the world, and what becomes of answers.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::driver::Driver;
use crate::asl::{ItemFormat, MachineType, OutputType, ReadOperation, Transformation};
use crate::machine::{Event, MapRunId, ReadItem};

/// A Map of child executions, `M`, behind a Pass if it is not to be the first state.
fn map(first: bool, fields: &Value) -> Value {
    let mut state = json!({"Type": "Map", "End": true, "Label": "Each", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": true}}}});
    let fields = fields.as_object().unwrap().clone();
    state.as_object_mut().unwrap().extend(fields);
    let start = if first { "M" } else { "Before" };
    json!({"StartAt": start, "States": {"M": state,
        "Before": {"Type": "Pass", "Next": "M"}, "Saved": {"Type": "Pass", "End": true}}})
}

fn open(run: &Driver) -> MapRunId {
    *run.map_runs.keys().next().unwrap()
}

fn inputs(run: &Driver) -> Vec<&str> {
    run.children.iter().map(|child| &*child.input).collect()
}

#[test]
fn the_exit_points_past_the_events_of_success() {
    for (first, exit) in [
        (true, "7<-5 MapStateExited M [2]"),
        (false, "9<-6 MapStateExited M [2]"),
    ] {
        let mut run = Driver::start(&map(first, &json!({})), "[1]");
        assert_eq!(inputs(&run), ["1"]);
        let event = Event::MapRunSucceeded {
            run: open(&run),
            output: "[2]".into(),
        };
        run.report(event);
        assert_eq!(run.lines()[run.history.len() - 2], exit);
        assert_eq!(run.output(), Some("[2]"));
    }
}

#[test]
fn a_failed_run_fails_the_state_and_can_be_caught() {
    let catch = json!({"Catch": [{"ErrorEquals": ["States.ItemReaderFailed"], "Next": "Saved"}]});
    let mut run = Driver::start(&map(true, &catch), "[1]");
    let event = Event::MapRunFailed {
        run: open(&run),
        error: "States.ItemReaderFailed".into(),
        cause: "no".into(),
    };
    run.report(event);
    assert_eq!(
        run.lines()[3..6],
        [
            "4<-3 MapRunStarted Each",
            "5<-4 MapRunFailed States.ItemReaderFailed no",
            "6<-5 MapStateFailed",
        ]
    );
    assert_eq!(
        run.output(),
        Some(r#"{"Error":"States.ItemReaderFailed","Cause":"no"}"#)
    );
}

#[test]
fn the_world_is_told_all_that_it_needs() {
    let fields = json!({
        "MaxConcurrency": 7,
        "ToleratedFailureCountPath": "$.count",
        "ToleratedFailurePercentage": 12.5,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:listObjectsV2",
            "ReaderConfig": {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN", "MaxItemsPath": "$.most"},
            "Parameters": {"Bucket.$": "$.bucket", "Prefix": "in/"}},
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket.$": "$.bucket", "Prefix.$": "$$.Execution.Name"},
            "WriterConfig": {"OutputType": "JSONL", "Transformation": "FLATTEN"}}});
    let input = r#"{"bucket":"orders","count":"3","most":9}"#;
    let mut run = Driver::start(&map(true, &fields), input);
    let id = open(&run);
    let plan = &run.map_runs[&id];
    assert!(
        plan.arn
            .starts_with("arn:aws:states:us-east-1:123456789012:mapRun:Orders/Each:")
    );
    assert_eq!(plan.execution_type, MachineType::Express);
    assert_eq!((plan.max_concurrency, plan.tolerated_count), (7, Some(3)));
    assert_eq!(plan.tolerated_percentage, Some(12.5));
    let read = plan.read.as_ref().unwrap();
    assert_eq!(read.operation, ReadOperation::ListObjects);
    assert_eq!((&*read.bucket, &*read.key), ("orders", "in/"));
    assert_eq!((read.flatten, read.max_items), (true, 9));
    assert_eq!(read.format, ItemFormat::JsonLines);
    let target = plan.results.target.as_ref().unwrap();
    assert_eq!((&*target.bucket, &*target.prefix), ("orders", "run-1"));
    assert_eq!(plan.results.output, OutputType::JsonLines);
    assert_eq!(plan.results.transformation, Transformation::Flatten);
    assert!(run.children.is_empty(), "nothing is known of the items yet");
    let item = |value: Value| ReadItem {
        key: None,
        value,
        source: "S3://orders/in/1".into(),
    };
    let items = vec![item(json!(1)), item(json!({"a": 2}))];
    run.send(Event::ItemsRead { run: id, items });
    assert_eq!(inputs(&run), ["1", r#"{"a":2}"#]);
}

#[test]
fn wrong_limits_end_the_execution_in_the_services_words() {
    let cases = [
        (
            json!({"ToleratedFailureCountPath": "$.x"}),
            "-1",
            "ToleratedFailureCount cannot be negative.",
        ),
        (
            json!({"ToleratedFailurePercentagePath": "$.x"}),
            "100.1",
            "ToleratedFailurePercentage must be between 0 and 100.",
        ),
        (
            json!({"ToleratedFailurePercentagePath": "$.x"}),
            "{}",
            "The ToleratedFailurePercentagePath field refers to value \"{}\" which is not a valid float: $.x",
        ),
        (
            json!({"ItemBatcher": {"MaxItemsPerBatchPath": "$.x"}}),
            "0",
            "MaxItemsPerBatch must be positive.",
        ),
    ];
    for (mut fields, x, cause) in cases {
        fields["ItemsPath"] = "$.items".into();
        let run = Driver::start(&map(true, &fields), &format!(r#"{{"items":[1],"x":{x}}}"#));
        let closed = run.closed.as_ref().unwrap();
        assert_eq!(closed.error.as_deref(), Some("States.Runtime"));
        let found = closed.cause.as_deref().unwrap();
        assert!(found.ends_with(cause), "{found}");
        assert!(run.map_runs.is_empty());
    }
}

#[test]
fn no_number_of_items_is_below_zero() {
    let fields = json!({"ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
        "ReaderConfig": {"MaxItemsPath": "$.most"}, "Parameters": {"Bucket": "orders"}}});
    let run = Driver::start(&map(true, &fields), r#"{"most":-1}"#);
    assert_eq!(
        run.last_lines(3),
        [
            "5<-4 MapRunFailed States.ItemReaderFailed field MaxItems must be positive",
            "6<-5 MapStateFailed",
            "7<-6 ExecutionFailed States.ItemReaderFailed field MaxItems must be positive",
        ]
    );
}

#[test]
fn an_item_that_fits_no_batch_fails_the_run() {
    let fields = json!({"ItemBatcher": {"MaxInputBytesPerBatch": 20}});
    let run = Driver::start(&map(true, &fields), r#"[1,"much too long for a batch"]"#);
    let closed = run.closed.as_ref().unwrap();
    assert_eq!(closed.error.as_deref(), Some("States.DataLimitExceeded"));
    assert!(closed.cause.as_deref().unwrap().contains("index 1"));
    assert_eq!(run.forgotten_runs.len(), 1);
    assert!(run.forgotten_runs[0].1, "it failed");
}

#[test]
fn a_run_is_forgotten_with_the_execution_and_with_a_branch() {
    let mut run = Driver::start(&map(true, &json!({})), "[1]");
    run.send(Event::Stopped {
        error: None,
        cause: None,
    });
    assert_eq!(run.forgotten_runs.len(), 1);
    let mut branch = map(true, &json!({}));
    branch["States"]
        .as_object_mut()
        .unwrap()
        .retain(|name, _| name == "M");
    let fail = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken"}}});
    let parallel = json!({"StartAt": "P", "States": {
        "P": {"Type": "Parallel", "Branches": [branch, fail], "End": true}}});
    let run = Driver::start(&parallel, "[1]");
    assert_eq!(
        run.last_lines(4),
        [
            "8<-7 MapRunAborted",
            "9<-7 MapStateAborted",
            "10<-7 ParallelStateFailed",
            "11<-10 ExecutionFailed Broken -",
        ]
    );
    assert_eq!(run.forgotten_runs.len(), 1);
}

#[test]
fn an_answer_that_nobody_waits_for_is_ignored() {
    let mut run = Driver::start(&map(true, &json!({})), "[1]");
    let before = run.history.len();
    for event in [
        Event::MapRunSucceeded {
            run: MapRunId(77),
            output: "1".into(),
        },
        Event::ItemsRead {
            run: MapRunId(77),
            items: Vec::new(),
        },
    ] {
        run.probe(&event);
    }
    assert_eq!(run.history.len(), before);
}

/// What the world may answer, sensible or not: which run, and what of it.
fn answers() -> impl Strategy<Value = Vec<(usize, u8)>> {
    vec((0_usize..3, 0_u8..6), 0..20)
}

proptest! {
    #[test]
    fn whatever_the_world_answers_the_history_is_well_formed(answers in answers()) {
        let mut reader = map(true, &json!({
            "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "orders"}},
            "ItemSelector": {"of.$": "$$.Map.Item.Value.of"},
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 1}]}));
        let mut plain = map(true, &json!({}));
        for branch in [&mut reader, &mut plain] {
            branch["States"].as_object_mut().unwrap().retain(|name, _| name == "M");
        }
        plain["StartAt"] = "N".into();
        plain["States"] = json!({"N": plain["States"]["M"]});
        plain["States"]["N"]["ItemProcessor"]["StartAt"] = "Other".into();
        plain["States"]["N"]["ItemProcessor"]["States"] = json!({"Other": {"Type": "Succeed"}});
        let parallel = json!({"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Branches": [reader, plain], "End": true}}});
        let mut run = Driver::start(&parallel, "[1]");
        for (rank, what) in answers {
            let id = run.map_runs.keys().nth(rank).copied().unwrap_or(MapRunId(99));
            let item = |value: Value| vec![ReadItem { key: None, value, source: "S3://orders".into() }];
            let event = match what {
                0 => Event::ItemsRead { run: id, items: item(json!({"of": 1})) },
                1 => Event::ItemsRead { run: id, items: item(json!(7)) },
                2 => Event::MapRunSucceeded { run: id, output: "[1]".into() },
                3 => Event::MapRunFailed { run: id, error: "Busy".into(), cause: "no".into() },
                4 => Event::MapRunFailed { run: id, error: "Broken".into(), cause: "no".into() },
                _ => {
                    run.advance();
                    continue;
                }
            };
            if run.map_runs.contains_key(&id) {
                run.report(event);
            } else {
                run.probe(&event);
            }
        }
        for (index, event) in run.history.iter().enumerate() {
            prop_assert_eq!(event.id, index as u64 + 1);
            prop_assert!(event.previous_event_id < event.id);
        }
        if run.closed.is_some() {
            prop_assert!(run.map_runs.is_empty() && run.timers.is_empty());
        }
    }
}
