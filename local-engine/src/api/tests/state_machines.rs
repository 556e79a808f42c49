//! State machines and their revisions.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_state_machine_is_described_as_the_service_does() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let request = json!({ "stateMachineArn": arn });
    let mut described = ok(&api, "DescribeStateMachine", request.clone()).await;
    assert!(described["creationDate"].take().is_f64());
    assert_eq!(
        described,
        json!({
            "stateMachineArn": arn,
            "name": "pass",
            "status": "ACTIVE",
            "type": "STANDARD",
            "definition": PASS,
            "roleArn": ROLE,
            "creationDate": null,
            "loggingConfiguration": { "level": "OFF", "includeExecutionData": false },
            "tracingConfiguration": { "enabled": false },
            "encryptionConfiguration": { "type": "AWS_OWNED_KEY" },
        })
    );
    for _ in 0..2 {
        assert_eq!(
            ok(&api, "DeleteStateMachine", request.clone()).await,
            json!({})
        );
    }
    let error = refused(&api, "DescribeStateMachine", request).await;
    assert_eq!(error.code(), "StateMachineDoesNotExist");
    assert_eq!(
        error.message(),
        format!("State Machine Does Not Exist: '{arn}'")
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_makes_a_revision_unless_it_changes_nothing() {
    let api = api();
    let arn = machine(&api, "pass", PASS).await;
    let other = PASS.replace('7', "8");
    let request = json!({ "stateMachineArn": arn, "definition": other });
    let first = ok(&api, "UpdateStateMachine", request.clone()).await;
    assert!(first["revisionId"].is_string());
    let again = ok(&api, "UpdateStateMachine", request).await;
    assert_eq!(again["revisionId"], first["revisionId"]);
    let described = ok(
        &api,
        "DescribeStateMachine",
        json!({ "stateMachineArn": arn }),
    )
    .await;
    assert_eq!(described["revisionId"], first["revisionId"]);
    assert_eq!(described["definition"], other);
    let nothing = json!({ "stateMachineArn": arn });
    let error = refused(&api, "UpdateStateMachine", nothing).await;
    assert_eq!(error.code(), "MissingRequiredParameter");
}

#[tokio::test(start_paused = true)]
async fn a_running_execution_keeps_its_revision() {
    let api = api();
    let (_, machine) = task_machine(&api).await;
    let execution = start(&api, &machine, "one").await;
    let request = json!({ "stateMachineArn": machine, "definition": PASS });
    ok(&api, "UpdateStateMachine", request).await;
    let request = json!({ "executionArn": execution });
    let described = ok(&api, "DescribeStateMachineForExecution", request).await;
    assert_ne!(described["definition"], PASS);
}

#[tokio::test(start_paused = true)]
async fn an_express_machine_may_not_wait_for_an_activity() {
    let api = api();
    let created = ok(&api, "CreateActivity", json!({ "name": "a" })).await;
    let definition = json!({ "StartAt": "T", "States": {
        "T": { "Type": "Task", "Resource": created["activityArn"], "End": true } } });
    let mut request = json!({ "name": "e", "definition": definition.to_string(),
        "roleArn": ROLE, "type": "EXPRESS" });
    let error = refused(&api, "CreateStateMachine", request.clone()).await;
    assert_eq!(error.code(), "InvalidDefinition");
    assert_eq!(
        error.message(),
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Express state machine does \
         not support Activity ARN at /States/T/Resource'"
    );
    request["definition"] = PASS.into();
    let created = ok(&api, "CreateStateMachine", request).await;
    let request = json!({ "stateMachineArn": created["stateMachineArn"] });
    let described = ok(&api, "DescribeStateMachine", request).await;
    assert_eq!(described["type"], "EXPRESS");
}
