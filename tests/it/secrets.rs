//! P10: secrets stay secret. Every log line of a worker in trouble is searched for canaries.

use sfn_local_engine::AbandonedPolls;
use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{Disposition, ServiceError, Worker};
use sfn_worker_tests::activities::{charge, echo, panics, tells};
use sfn_worker_tests::{Rig, Running, bounded};

use crate::log::{self, listen};

/// What was logged since [`listen`], with every span that must be there.
fn heard() -> String {
    let text = log::heard();
    for expected in ["activity.poll", "activity.run", "activity.report", "token#"] {
        assert!(text.contains(expected), "{expected} is not in the log");
    }
    text
}

#[tokio::test(start_paused = true)]
async fn p10_no_token_input_or_output_reaches_the_log() {
    listen();
    let service = ScriptedService::new();
    let tasks = [
        service.offer("echo", r#""canary-input""#),
        service.offer("charge-card", r#"{"cents":"canary-input"}"#),
        service.offer("charge-card", r#"{"cents":100}"#),
        service.offer("panics", "null"),
    ];
    let error = ServiceError::new(Disposition::Transient, "connection reset");
    service.refuse_next(Operation::Succeed, error);
    service.lose_next_answer(Operation::Fail);
    let error = ServiceError::new(Disposition::Refused, "no").with_code("ValidationException");
    service.refuse_next(Operation::Fail, error);
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .activity::<charge>()
        .activity::<panics>();
    let worker = Running::start(builder);
    for task in &tasks {
        bounded(task.answer()).await;
    }
    worker.shutdown.log_state();
    worker.drain().await;

    let text = heard();
    // The scripted service calls its tokens token-0, token-1, …
    for canary in ["canary-input", "token-", "do not honour", "sky is falling"] {
        assert!(!text.contains(canary), "{canary} was logged:\n{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn p10_a_token_of_the_engine_reaches_no_log_of_worker_or_engine() {
    listen();
    let rig = Rig::new(AbandonedPolls::Release, &["tells"]);
    let machine = rig.machine(
        "m",
        &serde_json::json!({"StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": "activity:tells", "End": true}}}),
    );
    let worker = Running::start(rig.worker().activity::<tells>());
    let execution = rig.start(&machine, &serde_json::json!("canary-input"));
    let output = rig.ended(&execution).await.output.unwrap();
    worker.drain().await;

    let text = heard();
    let token = output.trim_matches('"');
    assert!(token.len() > 20, "a token is long: {token}");
    for canary in [token, &token[..20], "canary-input"] {
        assert!(!text.contains(canary), "{canary} was logged:\n{text}");
    }
}
