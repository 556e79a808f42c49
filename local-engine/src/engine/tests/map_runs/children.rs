//! Child executions: their names, what they share with others, batches.

use super::*;
use crate::MapRunStatus;
use crate::history::EventDetails;

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
async fn ten_thousand_items_are_no_trouble() {
    let items: Vec<_> = (0..10_000).collect();
    let run = Run::start(&map(&pass(), &json!({})), &json!(items));
    let output = run.output().await;
    assert_eq!(output.as_array().unwrap().len(), 10_000);
    assert_eq!(output[9_999], 9_999);
}
