//! Maps whose fields are JSONata.

use super::*;

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
