//! The envelope as the documentation writes it, filled by the engine.

use std::time::Duration;

use serde_json::{Value, json};
use sfn_local_engine::AbandonedPolls;
use sfn_worker_core::{ActivityService as _, Envelope, ErrorName, WorkerName};
use sfn_worker_tests::{Rig, bounded};

/// The state of the documentation, with the harness's account and a retry.
fn machine() -> Value {
    let documented = include_str!("../../worker-core/src/envelope/jsonpath.asl.json");
    let mut state: Value = serde_json::from_str(documented).unwrap();
    state["Resource"] = json!("activity:charge-card");
    state["Retry"] = json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]);
    json!({"StartAt": "Charge", "States": {"Charge": state}})
}

#[tokio::test(start_paused = true)]
async fn the_state_of_the_documentation_fills_an_envelope() {
    let rig = Rig::new(AbandonedPolls::Release, &["charge-card"]);
    let machine = rig.machine("m", &machine());
    let execution = rig.start(&machine, &json!({"cents": 250}));
    let service = rig.engine.activity_service();
    let activity = rig.engine.create_activity("charge-card").unwrap();
    let worker: WorkerName = "test-worker".parse().unwrap();
    let busy = ErrorName::try_from("Busy".to_owned()).unwrap();

    for attempt in 1..=2 {
        let task = bounded(service.poll(&activity, &worker)).await.unwrap();
        let task = task.unwrap();
        let (envelope, input) = Envelope::open(task.input);
        let envelope = envelope.unwrap();
        assert_eq!(input.as_str(), r#"{"cents":250}"#);
        assert_eq!(envelope.heartbeat_timeout(), Some(Duration::from_secs(30)));
        assert_eq!(envelope.timeout(), Some(Duration::from_secs(300)));
        assert_eq!(envelope.execution(), Some(execution.to_string().as_str()));
        assert_eq!(envelope.state(), Some("Charge"));
        assert!(envelope.entered_time().unwrap().ends_with('Z'));
        assert_eq!(envelope.attempt(), Some(attempt));
        service.fail(&task.token, &busy, "later").await.unwrap();
    }
}
