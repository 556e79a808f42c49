//! Express state machines.

use super::*;

fn wait(seconds: u64) -> String {
    format!(
        r#"{{"StartAt":"W","States":{{"W":{{"Type":"Wait","Seconds":{seconds},"End":true}}}}}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn an_express_execution_answers_when_it_is_over() {
    let engine = Engine::new();
    let machine = engine.create_express_state_machine("m", &wait(2)).unwrap();
    let end = engine
        .start_sync_execution(&machine, Some("n"), "[1]")
        .await
        .unwrap();
    assert_eq!(end.output.as_deref(), Some("[1]"));
    assert!(end.arn.as_str().contains(":express:m:n:"));
    assert_eq!(end.billed_milliseconds(), 2_000);
    // The service keeps no history of it; here there is one to look at.
    assert_eq!(engine.history(&end.arn).unwrap().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_name_may_be_used_again() {
    let engine = Engine::new();
    let machine = engine.create_express_state_machine("m", PASS).unwrap();
    let first = engine.start_execution(&machine, Some("n"), "{}").unwrap();
    let second = engine.start_execution(&machine, Some("n"), "1").unwrap();
    assert_ne!(first, second);
}

#[tokio::test(start_paused = true)]
async fn no_express_execution_lasts_longer_than_five_minutes() {
    let engine = Engine::new();
    let machine = engine
        .create_express_state_machine("m", &wait(3_600))
        .unwrap();
    let started = Instant::now();
    let end = engine
        .start_sync_execution(&machine, None, "{}")
        .await
        .unwrap();
    assert_eq!(end.status, ExecutionStatus::TimedOut);
    assert_eq!(started.elapsed().as_secs(), 300);
}

#[tokio::test(start_paused = true)]
async fn a_standard_machine_is_not_waited_for() {
    let engine = Engine::new();
    let machine = engine.create_state_machine("m", PASS).unwrap();
    let error = engine
        .start_sync_execution(&machine, None, "{}")
        .await
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::StateMachineTypeNotSupported);
}
