//! Distributed Maps: child executions, limits, results, and the end of a run before its time.

use serde_json::{Value, json};

use super::*;
use crate::history::EventDetails;
use crate::objects::{ObjectEntry, ObjectFuture, ObjectStore};
use crate::{MapRunStatus, MapRunUpdate, MemoryObjects};

/// A Map of child executions with this processor of one state.
fn map(item: &Value, fields: &Value) -> Value {
    let mut state = json!({"Type": "Map", "End": true, "Label": "Each", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Item", "States": {"Item": item}}});
    let fields = fields.as_object().unwrap().clone();
    state.as_object_mut().unwrap().extend(fields);
    json!({"StartAt": "M", "States": {"M": state}})
}

fn pass() -> Value {
    json!({"Type": "Pass", "End": true})
}

fn wait(seconds: u64) -> Value {
    json!({"Type": "Wait", "Seconds": seconds, "End": true})
}

/// Succeeds with items up to 9 and fails with greater ones.
fn picky() -> Value {
    json!({"StartAt": "Small?", "States": {
        "Small?": {"Type": "Choice", "Default": "Broken",
            "Choices": [{"Variable": "$", "NumericLessThan": 10, "Next": "Fine"}]},
        "Fine": {"Type": "Succeed"},
        "Broken": {"Type": "Fail", "Error": "TooLarge", "Cause": "no room"}}})
}

fn picky_map(fields: &Value) -> Value {
    let mut definition = map(&pass(), fields);
    let processor = &mut definition["States"]["M"]["ItemProcessor"];
    for (field, value) in picky().as_object().unwrap() {
        processor[field] = value.clone();
    }
    definition
}

struct Run {
    engine: Engine,
    machine: StateMachineArn,
    execution: ExecutionArn,
}

impl Run {
    fn start(definition: &Value, input: &Value) -> Self {
        Self::over(MemoryObjects::new(), definition, input)
    }

    fn over(objects: MemoryObjects, definition: &Value, input: &Value) -> Self {
        let engine = Engine::builder().objects(objects).build().unwrap();
        Self::on(engine, definition, input)
    }

    fn on(engine: Engine, definition: &Value, input: &Value) -> Self {
        let machine = engine
            .create_state_machine("orders", &definition.to_string())
            .unwrap();
        let execution = engine
            .start_execution(&machine, None, &input.to_string())
            .unwrap();
        Self {
            engine,
            machine,
            execution,
        }
    }

    async fn end(&self) -> ExecutionDescription {
        timeout(seconds(1_000_000), self.engine.wait(&self.execution))
            .await
            .unwrap()
            .unwrap()
    }

    async fn output(&self) -> Value {
        let end = self.end().await;
        assert_eq!(end.status, ExecutionStatus::Succeeded, "{end:?}");
        serde_json::from_str(&end.output.unwrap()).unwrap()
    }

    fn types(&self) -> Vec<&'static str> {
        let history = self.engine.history(&self.execution).unwrap();
        history.iter().map(|event| event.event_type()).collect()
    }

    fn map_run(&self) -> MapRunDescription {
        self.engine.map_runs(&self.execution).unwrap().remove(0)
    }
}

#[tokio::test(start_paused = true)]
async fn every_item_has_an_execution_of_its_own() {
    let selector = json!({"ItemSelector": {
        "n.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index", "from.$": "$$.Map.Item.Source"}});
    let run = Run::start(&map(&pass(), &selector), &json!(["a", "b"]));
    let expected = json!([
        {"n": "a", "at": 0, "from": "STATE_DATA"},
        {"n": "b", "at": 1, "from": "STATE_DATA"},
    ]);
    assert_eq!(run.output().await, expected);
    let types = run.types();
    assert_eq!(
        types[1..],
        [
            "MapStateEntered",
            "MapStateStarted",
            "MapRunStarted",
            "MapRunSucceeded",
            "MapStateSucceeded",
            "MapStateExited",
            "ExecutionSucceeded",
        ]
    );
    let map_run = run.map_run();
    assert!(
        map_run.arn.contains(":mapRun:orders/Each:"),
        "{}",
        map_run.arn
    );
    assert_eq!(map_run.status, MapRunStatus::Succeeded);
    assert_eq!((map_run.items.total, map_run.items.succeeded), (2, 2));
    let children = run
        .engine
        .children_before(&map_run.arn, None, |_| true, 10)
        .unwrap();
    assert_eq!(children.len(), 2);
    let child = &children[1];
    assert!(child.arn.as_str().contains(":execution:orders/Each:"));
    assert!(
        child
            .state_machine
            .as_str()
            .ends_with(":stateMachine:orders/Each")
    );
    assert_eq!(
        child.input.as_ref(),
        r#"{"n":"a","at":0,"from":"STATE_DATA"}"#
    );
    assert_eq!(
        run.engine.describe(&child.arn).unwrap().output,
        child.output
    );
    let history = run.engine.history(&child.arn).unwrap();
    assert_eq!(history.len(), 4);
    assert!(matches!(
        history[0].details,
        EventDetails::ExecutionStarted { .. }
    ));
    let listed = run
        .engine
        .executions_before(&run.machine, None, |_| true, 10);
    assert_eq!(
        listed.unwrap().len(),
        1,
        "children are not executions of the machine itself"
    );
}

#[tokio::test(start_paused = true)]
async fn no_items_make_an_empty_result() {
    let run = Run::start(&map(&pass(), &json!({})), &json!([]));
    assert_eq!(run.output().await, json!([]));
}

#[tokio::test(start_paused = true)]
async fn the_members_of_an_object_are_items_with_keys() {
    let selector = json!({"ItemSelector": {"k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value"}});
    let run = Run::start(&map(&pass(), &selector), &json!({"b": 1, "a": 2}));
    assert_eq!(
        run.output().await,
        json!([{"k": "b", "v": 1}, {"k": "a", "v": 2}])
    );
}

#[tokio::test(start_paused = true)]
async fn children_run_side_by_side_as_far_as_they_may() {
    let items: Vec<_> = (0..10).collect();
    let all = Run::start(&map(&wait(10), &json!({})), &json!(items));
    let end = all.end().await;
    assert_eq!(
        end.stopped.unwrap().duration_since(end.started).as_secs(),
        10
    );
    let few = Run::start(
        &map(&wait(10), &json!({"MaxConcurrency": 3})),
        &json!(items),
    );
    let end = few.end().await;
    assert_eq!(
        end.stopped.unwrap().duration_since(end.started).as_secs(),
        40
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_that_goes_on_can_be_hurried() {
    let items: Vec<_> = (0..10).collect();
    let run = Run::start(
        &map(&wait(10), &json!({"MaxConcurrency": 1})),
        &json!(items),
    );
    sleep(seconds(15)).await;
    let map_run = run.map_run();
    assert_eq!(map_run.status, MapRunStatus::Running);
    assert_eq!(
        (
            map_run.items.succeeded,
            map_run.items.running,
            map_run.items.pending
        ),
        (1, 1, 8)
    );
    let update = MapRunUpdate {
        max_concurrency: Some(0),
        ..MapRunUpdate::default()
    };
    run.engine.update_map_run(&map_run.arn, update).unwrap();
    let end = run.end().await;
    assert_eq!(
        end.stopped.unwrap().duration_since(end.started).as_secs(),
        25
    );
    let refused = run.engine.update_map_run(&map_run.arn, update).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ValidationException);
}

#[tokio::test(start_paused = true)]
async fn one_failure_ends_a_run_that_tolerates_none() {
    let run = Run::start(&picky_map(&json!({})), &json!([1, 20, 3]));
    let end = run.end().await;
    assert_eq!(
        end.error.as_deref(),
        Some("States.ExceedToleratedFailureThreshold")
    );
    assert_eq!(
        end.cause.as_deref(),
        Some("The specified tolerated failure threshold was exceeded")
    );
    assert_eq!(
        run.types()[3..],
        [
            "MapRunStarted",
            "MapRunFailed",
            "MapStateFailed",
            "ExecutionFailed"
        ]
    );
    assert_eq!(run.map_run().status, MapRunStatus::Failed);
}

#[tokio::test(start_paused = true)]
async fn tolerated_failures_are_told_in_full_in_their_place() {
    for fields in [
        json!({"ToleratedFailureCount": 1}),
        json!({"ToleratedFailurePercentage": 34}),
        json!({"ToleratedFailureCountPath": "$.most", "ItemsPath": "$.items"}),
    ] {
        let input = match fields.get("ItemsPath") {
            Some(_) => json!({"most": 1, "items": [1, 20, 3]}),
            None => json!([1, 20, 3]),
        };
        let output = Run::start(&picky_map(&fields), &input).output().await;
        assert_eq!((&output[0], &output[2]), (&json!(1), &json!(3)));
        assert_eq!(output[1]["Status"], "FAILED");
        assert_eq!(
            (&output[1]["Error"], &output[1]["Cause"]),
            (&json!("TooLarge"), &json!("no room"))
        );
        assert_eq!(output[1]["Input"], "20");
    }
    let run = Run::start(
        &picky_map(&json!({"ToleratedFailurePercentage": 33})),
        &json!([1, 20, 3]),
    );
    assert_eq!(run.end().await.status, ExecutionStatus::Failed);
}

#[tokio::test(start_paused = true)]
async fn what_is_tolerated_can_be_changed_under_way() {
    let mut definition = picky_map(&json!({"ToleratedFailureCount": 5, "MaxConcurrency": 1}));
    let processor = &mut definition["States"]["M"]["ItemProcessor"];
    processor["States"]["Fine"] = json!({"Type": "Wait", "Seconds": 10, "End": true});
    let run = Run::start(&definition, &json!([20, 1, 2]));
    sleep(seconds(5)).await;
    let update = MapRunUpdate {
        tolerated_failure_count: Some(0),
        ..MapRunUpdate::default()
    };
    run.engine
        .update_map_run(&run.map_run().arn, update)
        .unwrap();
    let end = run.end().await;
    assert_eq!(
        end.error.as_deref(),
        Some("States.ExceedToleratedFailureThreshold")
    );
    let map_run = run.map_run();
    assert_eq!(
        (map_run.executions.failed, map_run.executions.aborted),
        (1, 1)
    );
    assert_eq!(map_run.executions.pending, 1);
}

#[tokio::test(start_paused = true)]
async fn batches_share_an_execution_and_its_fate() {
    let fields = json!({"ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"of.$": "$.of"}},
        "ItemsPath": "$.items"});
    let run = Run::start(
        &map(&pass(), &fields),
        &json!({"of": "all", "items": [1, 2, 3]}),
    );
    assert_eq!(
        run.output().await,
        json!([
            {"BatchInput": {"of": "all"}, "Items": [1, 2]},
            {"BatchInput": {"of": "all"}, "Items": [3]},
        ])
    );
    let map_run = run.map_run();
    assert_eq!(
        (map_run.items.succeeded, map_run.executions.succeeded),
        (3, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn items_are_read_and_results_written() {
    let objects = MemoryObjects::new();
    objects.add("incoming", "2026/orders.csv", "id,total\n1,10\n2,20\n");
    objects.add_bucket("outgoing");
    let fields = json!({
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "Parameters": {"Bucket": "incoming", "Key.$": "$.key"}},
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "outgoing", "Prefix": "runs"}}});
    let run = Run::over(
        objects,
        &map(&pass(), &fields),
        &json!({"key": "2026/orders.csv"}),
    );
    let output = run.output().await;
    let map_run = run.map_run();
    assert_eq!(output["MapRunArn"], *map_run.arn);
    let name = map_run.arn.rsplit(':').next().unwrap();
    let key = format!("runs/{name}/manifest.json");
    assert_eq!(
        output["ResultWriterDetails"],
        json!({"Bucket": "outgoing", "Key": key})
    );
    assert_eq!(map_run.items.results_written, 2);
    let objects = run.engine.objects();
    let read = async |key: String| -> Value {
        serde_json::from_slice(&objects.get("outgoing", &key).await.unwrap()).unwrap()
    };
    let manifest = read(key).await;
    let key = format!("runs/{name}/SUCCEEDED_0.json");
    assert_eq!(manifest["DestinationBucket"], "outgoing");
    assert_eq!(manifest["ResultFiles"]["SUCCEEDED"][0]["Key"], key);
    assert_eq!(manifest["ResultFiles"]["FAILED"], json!([]));
    let succeeded = read(key).await;
    assert_eq!(succeeded[0]["Output"], r#"{"id":"1","total":"10"}"#);
    assert_eq!(succeeded[1]["Status"], "SUCCEEDED");
    assert_eq!(
        succeeded[1]["StateMachineArn"],
        map_run.state_machine.as_str()
    );
    let EventDetails::MapStateStarted { length } =
        run.engine.history(&run.execution).unwrap()[2].details
    else {
        panic!("the Map starts");
    };
    assert_eq!(length, 0, "nobody knows yet how many items there are");
}

#[tokio::test(start_paused = true)]
async fn results_have_the_form_that_was_asked_for() {
    let written = async |config: Value, input: Value| {
        let objects = MemoryObjects::new();
        objects.add_bucket("outgoing");
        let fields = json!({"ToleratedFailurePercentage": 100, "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "outgoing"},
            "WriterConfig": config}});
        let run = Run::over(objects, &map(&pass(), &fields), &input);
        run.output().await;
        let objects = run.engine.objects();
        let listed = objects.list("outgoing", "").await.unwrap();
        let key = listed.into_iter().map(|entry| entry.key);
        let key = key
            .into_iter()
            .find(|key| key.contains("SUCCEEDED_0.json"))
            .unwrap();
        String::from_utf8(objects.get("outgoing", &key).await.unwrap()).unwrap()
    };
    let config = json!({"OutputType": "JSONL", "Transformation": "COMPACT"});
    assert_eq!(
        written(config, json!([[1, 2], {"a": 3}])).await,
        "[1,2]\n{\"a\":3}\n"
    );
    let config = json!({"OutputType": "JSON", "Transformation": "FLATTEN"});
    assert_eq!(
        written(config, json!([[1, 2], {"a": 3}])).await,
        r#"[1,2,{"a":3}]"#
    );
    let fields = json!({"ResultWriter": {"WriterConfig": {"OutputType": "JSON", "Transformation": "FLATTEN"}}});
    let run = Run::start(&map(&pass(), &fields), &json!([[1], [2, 3]]));
    assert_eq!(
        run.output().await,
        json!([1, 2, 3]),
        "without a resource, in the state's result"
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_or_written_fails_the_state_by_name() {
    let reader = json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "gone", "Key": "k"}},
        "Catch": [{"ErrorEquals": ["States.ItemReaderFailed"], "Next": "Saved"}]});
    let mut definition = map(&pass(), &reader);
    definition["States"]["Saved"] = pass();
    let run = Run::start(&definition, &json!({}));
    let output = run.output().await;
    assert_eq!(output["Error"], "States.ItemReaderFailed");
    assert!(
        output["Cause"]
            .as_str()
            .unwrap()
            .contains("bucket does not exist")
    );
    assert_eq!(run.types()[4..6], ["MapRunFailed", "MapStateFailed"]);
    let writer = json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "gone"}}});
    let run = Run::start(&map(&pass(), &writer), &json!([1]));
    assert_eq!(
        run.end().await.error.as_deref(),
        Some("States.ResultWriterFailed")
    );
    assert_eq!(run.map_run().status, MapRunStatus::Failed);
}

/// Falls over whenever it is asked for something.
#[derive(Debug)]
struct Panics;

impl ObjectStore for Panics {
    fn get<'a>(&'a self, _: &'a str, _: &'a str) -> ObjectFuture<'a, Vec<u8>> {
        Box::pin(async { panic!("a store fell over") })
    }

    fn put<'a>(&'a self, _: &'a str, _: &'a str, _: Vec<u8>) -> ObjectFuture<'a, ()> {
        panic!("a store fell over before its future")
    }

    fn list<'a>(&'a self, _: &'a str, _: &'a str) -> ObjectFuture<'a, Vec<ObjectEntry>> {
        panic!("a store fell over")
    }
}

impl crate::ServiceProvider for Panics {
    fn answer(&self, _: &crate::ServiceCall) -> Option<crate::AnswerFuture> {
        panic!("a provider fell over before its future")
    }
}

#[tokio::test(start_paused = true)]
async fn a_map_run_that_panics_fails_its_state_by_name() {
    let place = json!({"Bucket": "b", "Key": "k"});
    let reader = json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"}, "Parameters": place}});
    let writer = json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "b"}}});
    let task = json!({"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"});
    for (item, fields, error) in [
        (pass(), reader, "States.ItemReaderFailed"),
        (pass(), writer, "States.ResultWriterFailed"),
        (task, json!({}), "States.Runtime"),
    ] {
        let builder = Engine::builder().objects(Panics).provider(Panics);
        let run = Run::on(builder.build().unwrap(), &map(&item, &fields), &json!([1]));
        let end = run.end().await;
        assert_eq!(end.error.as_deref(), Some(error));
        assert!(end.cause.unwrap().contains("panicked"));
        assert!(run.types().contains(&"MapRunFailed"));
        assert_eq!(run.map_run().status, MapRunStatus::Failed);
        assert_eq!(run.map_run().executions.running, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_another_run() {
    let retry = json!({"Retry": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"],
        "MaxAttempts": 1, "IntervalSeconds": 3}]});
    let run = Run::start(&picky_map(&retry), &json!([20]));
    assert_eq!(run.end().await.status, ExecutionStatus::Failed);
    let runs = run.engine.map_runs(&run.execution).unwrap();
    assert_eq!(runs.len(), 2);
    assert_ne!(runs[0].arn, runs[1].arn);
}

#[tokio::test(start_paused = true)]
async fn children_end_with_the_execution_that_they_are_for() {
    let run = Run::start(
        &map(&wait(1_000), &json!({"MaxConcurrency": 2})),
        &json!([1, 2, 3]),
    );
    sleep(seconds(1)).await;
    run.engine
        .stop_execution(&run.execution, None, None)
        .unwrap();
    sleep(seconds(1)).await;
    let map_run = run.map_run();
    assert_eq!(map_run.status, MapRunStatus::Aborted);
    assert_eq!(
        (map_run.executions.aborted, map_run.executions.pending),
        (2, 1)
    );
    let children = run
        .engine
        .children_before(&map_run.arn, None, |_| true, 10)
        .unwrap();
    assert!(
        children
            .iter()
            .all(|child| child.status == ExecutionStatus::Aborted)
    );
}

#[tokio::test(start_paused = true)]
async fn children_share_activities_with_everyone() {
    let fixture = Fixture::new("");
    let item = json!({"Type": "Task", "Resource": fixture.activity.as_str(), "End": true});
    let definition = map(&item, &json!({}));
    let machine = fixture
        .engine
        .create_state_machine("each", &definition.to_string())
        .unwrap();
    let execution = fixture
        .engine
        .start_execution(&machine, None, "[1,2]")
        .unwrap();
    for _ in 0..2 {
        let task = fixture.poll().await.unwrap();
        let reply = output("\"done\"");
        fixture.service.succeed(&task.token, &reply).await.unwrap();
    }
    let end = fixture.end(&execution).await;
    assert_eq!(end.output.as_deref(), Some(r#"["done","done"]"#));
}

#[tokio::test(start_paused = true)]
async fn a_map_run_inside_a_child_is_one_of_the_childs() {
    let mut inner = map(&pass(), &json!({"Label": "Cell"}))["States"]["M"].clone();
    inner["Label"] = "Cell".into();
    let mut outer = map(&json!({}), &json!({}));
    let processor = &mut outer["States"]["M"]["ItemProcessor"];
    processor["StartAt"] = "Row".into();
    processor["States"] = json!({"Row": inner});
    let run = Run::start(&outer, &json!([[1, 2], [3]]));
    assert_eq!(run.output().await, json!([[1, 2], [3]]));
    let children = run
        .engine
        .children_before(&run.map_run().arn, None, |_| true, 10)
        .unwrap();
    let inside = run.engine.map_runs(&children[0].arn).unwrap();
    assert_eq!(inside.len(), 1);
    assert!(inside[0].arn.contains("/Cell:"), "{}", inside[0].arn);
}

#[tokio::test(start_paused = true)]
async fn without_a_label_the_name_is_the_same_every_time() {
    let mut definition = map(&pass(), &json!({}));
    definition["States"]["M"]
        .as_object_mut()
        .unwrap()
        .remove("Label");
    let label = async || {
        let run = Run::start(&definition, &json!([1]));
        run.end().await;
        run.map_run().state_machine.to_string()
    };
    assert_eq!(label().await, label().await);
}

#[tokio::test(start_paused = true)]
async fn express_children_run_too() {
    let mut definition = map(&pass(), &json!({}));
    let processor = &mut definition["States"]["M"]["ItemProcessor"];
    processor["ProcessorConfig"]["ExecutionType"] = "EXPRESS".into();
    let run = Run::start(&definition, &json!([1]));
    assert_eq!(run.output().await, json!([1]));
    let children = run
        .engine
        .children_before(&run.map_run().arn, None, |_| true, 10)
        .unwrap();
    assert!(children[0].arn.as_str().contains(":express:orders/Each:"));
}

#[tokio::test(start_paused = true)]
async fn children_are_answered_by_the_mocks_of_their_state_machine() {
    let call = json!({"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge"});
    for execution_type in ["STANDARD", "EXPRESS"] {
        let mut definition = map(&call, &json!({"ToleratedFailureCount": 1}));
        let processor = &mut definition["States"]["M"]["ItemProcessor"];
        processor["ProcessorConfig"]["ExecutionType"] = execution_type.into();
        let mocks: crate::MockConfig = json!({
            "StateMachines": {"orders": {"TestCases": {"Second": {"Item": "SecondFails"}}}},
            "MockedResponses": {"SecondFails": {
                "0": {"Return": "first"}, "1": {"Throw": {"Error": "Busy", "Cause": "later"}},
                "2": {"Return": "third"}}}
        })
        .to_string()
        .parse()
        .unwrap();
        let engine = Engine::builder().mocks(mocks).build().unwrap();
        engine
            .create_state_machine("orders", &definition.to_string())
            .unwrap();
        let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:orders#Second";
        let (state_machine, test_case) = StartRequest::target(machine).unwrap();
        let execution = engine
            .start(StartRequest {
                state_machine,
                test_case,
                name: None,
                input: "[1, 2, 3]".into(),
                trace_header: None,
            })
            .unwrap();
        let end = engine.wait(&execution.arn).await.unwrap();
        let output: Value = serde_json::from_str(&end.output.unwrap()).unwrap();
        assert_eq!((&output[0], &output[2]), (&json!("first"), &json!("third")));
        assert_eq!(output[1]["Error"], "Busy");
        let run = engine.map_runs(&execution.arn).unwrap().remove(0);
        assert_eq!(run.executions.failed, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_directory_has_buckets_also_in_virtual_time() {
    let folder = tempfile::tempdir().unwrap();
    for bucket in ["incoming", "outgoing"] {
        std::fs::create_dir(folder.path().join(bucket)).unwrap();
    }
    std::fs::write(folder.path().join("incoming/it.jsonl"), "1\n2\n").unwrap();
    let fields = json!({
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "incoming", "Key": "it.jsonl"}},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "outgoing", "Prefix": "a/b"}}});
    let engine = Engine::builder()
        .objects(crate::DirectoryObjects::new(folder.path()))
        .build()
        .unwrap();
    let definition = map(&wait(1_000), &fields).to_string();
    let machine = engine.create_state_machine("orders", &definition).unwrap();
    let execution = engine.start_execution(&machine, None, "{}").unwrap();
    let end = timeout(seconds(1_001), engine.wait(&execution)).await;
    let output: Value = serde_json::from_str(&end.unwrap().unwrap().output.unwrap()).unwrap();
    let key = output["ResultWriterDetails"]["Key"].as_str().unwrap();
    assert!(folder.path().join("outgoing").join(key).is_file());
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_items_are_no_trouble() {
    let items: Vec<_> = (0..10_000).collect();
    let run = Run::start(&map(&pass(), &json!({})), &json!(items));
    let output = run.output().await;
    assert_eq!(output.as_array().unwrap().len(), 10_000);
    assert_eq!(output[9_999], 9_999);
}

/// The Map of [`map`] in JSONata.
fn jsonata(fields: &Value) -> Value {
    let mut definition = map(&pass(), fields);
    definition["QueryLanguage"] = "JSONata".into();
    definition
}

#[tokio::test(start_paused = true)]
async fn a_map_in_jsonata_computes_all_that_it_says() {
    let objects = MemoryObjects::new();
    objects.add("incoming", "it.json", "[1, 2, 3]");
    objects.add_bucket("outgoing");
    let fields = json!({
        "MaxConcurrency": "{% $states.input.most %}",
        "ToleratedFailureCount": "{% 1 + 1 %}",
        "ToleratedFailurePercentage": "{% 12.5 %}",
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON", "MaxItems": "{% $states.input.most %}"},
            "Arguments": {"Bucket": "incoming", "Key": "{% $states.input.key %}"}},
        "ItemSelector": {"n": "{% $states.context.Map.Item.Value * 10 %}"},
        "ItemBatcher": {"MaxItemsPerBatch": "{% 1 %}", "BatchInput": {"of": "{% $states.input.key %}"}},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
            "Arguments": {"Bucket": "outgoing", "Prefix": "{% 'runs' %}"}},
        "Output": "{% $states.result.ResultWriterDetails.Bucket %}"});
    let input = json!({"most": 2, "key": "it.json"});
    let run = Run::over(objects, &jsonata(&fields), &input);
    assert_eq!(run.output().await, json!("outgoing"));
    let map_run = run.map_run();
    assert_eq!((map_run.max_concurrency, map_run.items.total), (2, 2));
    assert_eq!(map_run.tolerated_failure_count, 2);
    assert!((map_run.tolerated_failure_percentage - 12.5).abs() < f64::EPSILON);
    let children = run.engine.children_before(&map_run.arn, None, |_| true, 10);
    let child = &children.unwrap()[1];
    assert_eq!(
        child.input.as_ref(),
        r#"{"BatchInput":{"of":"it.json"},"Items":[{"n":10}]}"#
    );
}

#[tokio::test(start_paused = true)]
async fn items_in_jsonata_may_be_the_members_of_an_object() {
    let fields = json!({"Items": "{% {'b': 1, 'a': 2} %}",
        "ItemSelector": "{% $states.context.Map.Item.Key & $states.context.Map.Item.Source %}"});
    let run = Run::start(&jsonata(&fields), &json!({}));
    assert_eq!(run.output().await, json!(["bSTATE_DATA", "aSTATE_DATA"]));
}

#[tokio::test(start_paused = true)]
async fn what_an_expression_says_of_a_limit_must_make_sense() {
    for (field, value) in [
        ("ToleratedFailurePercentage", "{% 100.1 %}"),
        ("ToleratedFailurePercentage", "{% 'many' %}"),
        ("ToleratedFailureCount", "{% -1 %}"),
        ("MaxConcurrency", "{% 'few' %}"),
    ] {
        let run = Run::start(&jsonata(&json!({field: value})), &json!([1]));
        let end = run.end().await;
        assert_eq!(
            end.error.as_deref(),
            Some("States.QueryEvaluationError"),
            "{field} {value}"
        );
    }
}
