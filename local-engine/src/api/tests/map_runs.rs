//! Map runs over the protocol.

use super::*;

/// A machine with a distributed Map whose children wait for 100 seconds, one at a time.
async fn running(api: &Api) -> (String, String) {
    let definition = json!({ "StartAt": "M", "States": { "M": {
        "Type": "Map", "Label": "Each", "MaxConcurrency": 1, "End": true, "ItemProcessor": {
            "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
            "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 100, "End": true } } } } } });
    let machine = machine(api, "orders", &definition.to_string()).await;
    let request = json!({ "stateMachineArn": machine, "input": "[1,2,3]" });
    let started = ok(api, "StartExecution", request).await;
    let execution = started["executionArn"].as_str().unwrap().to_owned();
    tokio::time::sleep(std::time::Duration::from_secs(150)).await;
    let listed = ok(api, "ListMapRuns", json!({ "executionArn": execution })).await;
    let run = listed["mapRuns"][0]["mapRunArn"]
        .as_str()
        .unwrap()
        .to_owned();
    (execution, run)
}

#[tokio::test(start_paused = true)]
async fn a_map_run_is_listed_and_described() {
    let api = api();
    let (execution, run) = running(&api).await;
    let listed = ok(&api, "ListMapRuns", json!({ "executionArn": execution })).await;
    let listed = &listed["mapRuns"][0];
    assert_eq!(listed["executionArn"], execution);
    assert!(
        listed["stateMachineArn"]
            .as_str()
            .unwrap()
            .ends_with(":stateMachine:orders/Each")
    );
    assert_eq!(listed.get("stopDate"), None);
    let described = ok(&api, "DescribeMapRun", json!({ "mapRunArn": run })).await;
    assert_eq!(described["status"], "RUNNING");
    assert_eq!(described["maxConcurrency"], 1);
    assert_eq!(
        described["itemCounts"],
        json!({ "pending": 1, "running": 1, "succeeded": 1, "failed": 0, "timedOut": 0,
            "aborted": 0, "total": 3, "resultsWritten": 0, "failuresNotRedrivable": 0,
            "pendingRedrive": 0 })
    );
}

#[tokio::test(start_paused = true)]
async fn the_children_of_a_map_run_are_listed_and_described() {
    let api = api();
    let (_, run) = running(&api).await;
    let children = pages(
        &api,
        "ListExecutions",
        json!({ "mapRunArn": run }),
        "executions",
        "name",
    )
    .await;
    assert_eq!(children.len(), 2);
    let request = json!({ "mapRunArn": run, "statusFilter": "RUNNING" });
    let listed = ok(&api, "ListExecutions", request).await;
    let child = &listed["executions"][0];
    assert_eq!(
        (&child["mapRunArn"], &child["itemCount"]),
        (&json!(run), &json!(1))
    );
    let request = json!({ "executionArn": child["executionArn"] });
    let described = ok(&api, "DescribeExecution", request.clone()).await;
    assert_eq!(
        (&described["mapRunArn"], &described["input"]),
        (&json!(run), &json!("2"))
    );
    let machine = ok(&api, "DescribeStateMachineForExecution", request).await;
    assert_eq!(
        (&machine["mapRunArn"], &machine["label"]),
        (&json!(run), &json!("Each"))
    );
    assert!(
        machine["definition"]
            .as_str()
            .unwrap()
            .contains("ProcessorConfig")
    );
}

#[tokio::test(start_paused = true)]
async fn a_map_run_is_steered() {
    let api = api();
    let (_, run) = running(&api).await;
    let update =
        json!({ "mapRunArn": run, "maxConcurrency": 5, "toleratedFailurePercentage": 2.5 });
    assert_eq!(ok(&api, "UpdateMapRun", update).await, json!({}));
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let described = ok(&api, "DescribeMapRun", json!({ "mapRunArn": run })).await;
    assert_eq!(described["itemCounts"]["running"], 2);
    assert_eq!(described["toleratedFailurePercentage"], 2.5);
    let update = json!({ "mapRunArn": run, "toleratedFailurePercentage": 101 });
    let error = refused(&api, "UpdateMapRun", update).await;
    assert_eq!(
        error.message(),
        "1 validation error detected: Value '101' at 'toleratedFailurePercentage' failed to \
         satisfy constraint: Member must have value less than or equal to 100"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_a_map_run_is_refused() {
    let api = api();
    let arn = "arn:aws:states:us-east-1:123456789012:mapRun:a/b:c";
    for operation in ["DescribeMapRun", "UpdateMapRun", "ListExecutions"] {
        let error = refused(&api, operation, json!({ "mapRunArn": arn })).await;
        assert_eq!(error.code(), "ResourceNotFound", "{operation}");
        let error = refused(&api, operation, json!({ "mapRunArn": "nonsense" })).await;
        assert_eq!(error.code(), "InvalidArn", "{operation}");
    }
}
