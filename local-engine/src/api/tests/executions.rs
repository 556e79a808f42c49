//! Starting, stopping and describing executions.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_execution_is_described_as_the_service_does() {
    let api = api();
    let machine = machine(&api, "pass", PASS).await;
    let arn = start(&api, &machine, "one").await;
    let request = json!({ "executionArn": arn });
    let mut described = ok(&api, "DescribeExecution", request).await;
    assert!(described["startDate"].take().is_f64());
    assert!(described["stopDate"].take().is_f64());
    assert_eq!(
        described,
        json!({
            "executionArn": arn,
            "stateMachineArn": machine,
            "name": "one",
            "status": "SUCCEEDED",
            "startDate": null,
            "stopDate": null,
            "input": "{}",
            "inputDetails": { "included": true },
            "output": "7",
            "outputDetails": { "included": true },
            "redriveCount": 0,
            "redriveStatus": "NOT_REDRIVABLE",
            "redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        })
    );
    let other = arn.replace(":one", ":two");
    let error = refused(&api, "DescribeExecution", json!({ "executionArn": other })).await;
    assert_eq!(error.code(), "ExecutionDoesNotExist");
    assert_eq!(
        error.message(),
        format!("Execution Does Not Exist: '{other}'")
    );
}

#[tokio::test(start_paused = true)]
async fn an_input_must_be_json_and_keeps_its_text() {
    let api = api();
    let machine = machine(&api, "pass", PASS).await;
    let request = json!({ "stateMachineArn": machine, "input": "{oops" });
    let error = refused(&api, "StartExecution", request).await;
    assert_eq!(error.code(), "InvalidExecutionInput");
    let request = json!({ "stateMachineArn": machine, "input": "[ 1,  2 ]" });
    let started = ok(&api, "StartExecution", request).await;
    let request = json!({ "executionArn": started["executionArn"] });
    let described = ok(&api, "DescribeExecution", request).await;
    assert_eq!(described["input"], "[ 1,  2 ]");
}

#[tokio::test(start_paused = true)]
async fn a_stopped_execution_says_why() {
    let api = api();
    let (_, machine) = task_machine(&api).await;
    let arn = start(&api, &machine, "one").await;
    let request = json!({ "executionArn": arn, "error": "Enough", "cause": "of it" });
    let stopped = ok(&api, "StopExecution", request).await;
    let described = ok(&api, "DescribeExecution", json!({ "executionArn": arn })).await;
    assert_eq!(described["status"], "ABORTED");
    assert_eq!(described["stopDate"], stopped["stopDate"]);
    assert_eq!(described["error"], "Enough");
    assert_eq!(described["redriveStatus"], "REDRIVABLE");
}

#[tokio::test(start_paused = true)]
async fn a_status_filter_is_one_of_the_services_words() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let request = json!({ "stateMachineArn": arn, "statusFilter": "succeeded" });
    let error = refused(&api, "ListExecutions", request).await;
    assert_eq!(
        error.message(),
        "1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy \
         constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, \
         ABORTED, FAILED, RUNNING]"
    );
}

#[tokio::test(start_paused = true)]
async fn an_express_child_of_a_map_run_is_described_as_any_other() {
    let api = Api::new(Engine::builder().build().unwrap());
    let definition = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}}});
    let request = json!({ "name": "m", "definition": definition.to_string(), "roleArn": ROLE });
    let created = ok(&api, "CreateStateMachine", request).await;
    let machine = created["stateMachineArn"].as_str().unwrap();
    let request = json!({ "stateMachineArn": machine, "input": "[1]" });
    let started = ok(&api, "StartExecution", request).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let runs = ok(
        &api,
        "ListMapRuns",
        json!({ "executionArn": started["executionArn"] }),
    )
    .await;
    let run = &runs["mapRuns"][0]["mapRunArn"];
    let children = ok(&api, "ListExecutions", json!({ "mapRunArn": run })).await;
    let child = json!({ "executionArn": children["executions"][0]["executionArn"] });
    let described = ok(&api, "DescribeExecution", child.clone()).await;
    assert_eq!(described["status"], "SUCCEEDED");
    assert_eq!(described["mapRunArn"], *run);
    for operation in ["GetExecutionHistory", "StopExecution"] {
        let error = refused(&api, operation, child.clone()).await;
        assert_eq!(error.code(), "InvalidArn", "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_express_execution_is_looked_at_only_where_the_engine_shows_it() {
    for shown in [false, true] {
        let api = Api::new(Engine::builder().express_history(shown).build().unwrap());
        let request =
            json!({ "name": "m", "definition": PASS, "roleArn": ROLE, "type": "EXPRESS" });
        let created = ok(&api, "CreateStateMachine", request).await;
        let machine = created["stateMachineArn"].as_str().unwrap();
        let started = start(&api, machine, "run").await;
        let list = json!({ "stateMachineArn": machine });
        let execution = json!({ "executionArn": started });
        if shown {
            let described = ok(&api, "DescribeExecution", execution.clone()).await;
            assert_eq!(described["status"], "SUCCEEDED");
            let history = ok(&api, "GetExecutionHistory", execution).await;
            assert_eq!(history["events"].as_array().unwrap().len(), 4);
            let listed = ok(&api, "ListExecutions", list).await;
            assert_eq!(listed["executions"].as_array().unwrap().len(), 1);
        } else {
            for operation in ["DescribeExecution", "GetExecutionHistory", "StopExecution"] {
                let error = refused(&api, operation, execution.clone()).await;
                assert_eq!(error.code(), "InvalidArn", "{operation}");
            }
            let error = refused(&api, "ListExecutions", list).await;
            assert_eq!(error.code(), "StateMachineTypeNotSupported");
        }
    }
}
