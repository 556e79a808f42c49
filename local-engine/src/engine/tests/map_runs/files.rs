//! Items that are read from objects, and results that are written to them.

use super::*;
use crate::MapRunStatus;
use crate::history::EventDetails;

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
