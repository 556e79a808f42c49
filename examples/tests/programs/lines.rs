//! The worker that is compared in `docs/lines.md`, by hand and with the framework: both do the
//! same.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use sfn_local_engine::Engine;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::endpoint::serve;
use crate::{program, signal, stderr};

/// Charges three orders through a worker behind a socket, and drains it.
async fn charges_three_orders_and_drains(name: &'static str) {
    let engine = Engine::new();
    let (endpoint, _server) = serve(&engine).await;
    let activity = engine.create_activity("charge-card").unwrap();
    let charge = json!({
        "Type": "Task",
        "Resource": activity.as_str(),
        "HeartbeatSeconds": 30,
        "Retry": [{ "ErrorEquals": ["GatewayBusy"], "IntervalSeconds": 1, "MaxAttempts": 1 }],
        "Catch": [{ "ErrorEquals": ["CardDeclined", "GatewayBusy"], "Next": "Failed" }],
        "End": true,
    });
    let failed = json!({ "Type": "Pass", "End": true });
    let each = json!({ "StartAt": "Charge", "States": { "Charge": charge, "Failed": failed } });
    let definition = json!({
        "StartAt": "Each",
        "States": { "Each": { "Type": "Map", "ItemProcessor": each, "End": true } },
    });
    let machine = engine
        .create_state_machine("orders", &definition.to_string())
        .unwrap();
    let worker = program(name)
        .env("ACTIVITY_ARN", activity.as_str())
        .env("AWS_ENDPOINT_URL_SFN", &endpoint)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "any")
        .env("AWS_SECRET_ACCESS_KEY", "any")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();

    let orders = json!([{ "id": "a", "cents": 1 }, { "id": "b", "cents": 2_000 }, { "id": "c", "cents": 0 }]);
    let execution = engine
        .start_execution(&machine, None, &orders.to_string())
        .unwrap();
    let end = timeout(Duration::from_secs(30), engine.wait(&execution)).await;
    let output: Value = serde_json::from_str(&end.unwrap().unwrap().output.unwrap()).unwrap();
    let expected = json!([
        "receipt-a",
        { "Error": "CardDeclined", "Cause": "the card was declined: too much" },
        { "Error": "GatewayBusy", "Cause": "the gateway is busy" },
    ]);
    assert_eq!(output, expected);
    assert_eq!(engine.counters().borrow().retries, 1);

    signal(&worker, "TERM");
    // Otherwise the drain would wait a minute for the poll.
    engine.close_polls();
    let output = spawn_blocking(move || worker.wait_with_output());
    let output = timeout(Duration::from_secs(30), output).await.unwrap();
    let output = output.unwrap().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_by_hand_charges_and_drains() {
    charges_three_orders_and_drains("by_hand").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_on_the_framework_does_the_same() {
    charges_three_orders_and_drains("with_worker").await;
}
