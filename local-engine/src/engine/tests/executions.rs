//! Executions, state machines, counters and the engine itself.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_execution_without_waiting_is_over_when_start_returns() {
    let engine = Engine::new();
    let machine = engine.create_state_machine("pass", PASS).unwrap();
    let execution = engine.start_execution(&machine, Some("one"), "{}").unwrap();
    assert_eq!(
        execution.as_str(),
        "arn:aws:states:us-east-1:123456789012:execution:pass:one"
    );
    let end = engine.describe(&execution).unwrap();
    assert_eq!(end.status, ExecutionStatus::Succeeded);
    assert_eq!(end.output.as_deref(), Some("7"));
    assert_eq!(engine.wait(&execution).await.unwrap(), end);
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_years_takes_no_time() {
    let engine = Engine::new();
    let definition = r#"{"StartAt":"A","States":{
        "A":{"Type":"Wait","Seconds":99999999,"Next":"B"},"B":{"Type":"Succeed"}}}"#;
    let machine = engine.create_state_machine("slow", definition).unwrap();
    let execution = engine.start_execution(&machine, None, "{}").unwrap();
    let end = engine.wait(&execution).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::Succeeded);
    let ran = end.stopped.unwrap().duration_since(end.started);
    assert_eq!(ran.as_secs(), 99_999_999);
}

#[tokio::test(start_paused = true)]
async fn starting_again_finds_the_running_execution_and_no_other() {
    let fixture = Fixture::new("");
    let start = |name, input| {
        fixture
            .engine
            .start_execution(&fixture.machine, Some(name), input)
    };
    let first = start("a", "1").unwrap();
    assert_eq!(start("a", "1").unwrap(), first);
    let refused = start("a", "2").unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ExecutionAlreadyExists);
    assert_eq!(
        refused.to_string(),
        format!("Execution Already Exists: '{first}'")
    );
    fixture.engine.stop_execution(&first, None, None).unwrap();
    let refused = start("a", "1").unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ExecutionAlreadyExists);
}

#[tokio::test(start_paused = true)]
async fn creating_a_machine_again_finds_it_unless_its_definition_differs() {
    let engine = Engine::new();
    let first = engine.create_state_machine("pass", PASS).unwrap();
    assert_eq!(engine.create_state_machine("pass", PASS).unwrap(), first);
    let other = PASS.replace('7', "8");
    let refused = engine.create_state_machine("pass", &other).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::StateMachineAlreadyExists);
}

#[tokio::test(start_paused = true)]
async fn counters_tell_what_happened() {
    let fixture = Fixture::new(r#","TimeoutSeconds":5"#);
    let mut watched = fixture.engine.counters();
    for _ in 0..3 {
        fixture.start("1");
    }
    let succeeds = fixture.poll().await.unwrap();
    let fails = fixture.poll().await.unwrap();
    fixture.poll().await.unwrap();
    let service = &fixture.service;
    service
        .succeed(&succeeds.token, &output("1"))
        .await
        .unwrap();
    service
        .fail(&fails.token, &ErrorName::from_static("Broken"), "")
        .await
        .unwrap();
    let counters = *watched
        .wait_for(|counters| counters.executions_running() == 0)
        .await
        .unwrap();
    assert_eq!(counters.executions_started, 3);
    assert_eq!(counters.executions_succeeded, 1);
    assert_eq!(counters.executions_failed, 2);
    assert_eq!(counters.states_entered, 3);
    assert_eq!(counters.tasks_scheduled, 3);
    assert_eq!(counters.tasks_started, 3);
    assert_eq!(counters.tasks_succeeded, 1);
    assert_eq!(counters.tasks_failed, 1);
    assert_eq!(counters.tasks_timed_out, 1);
    assert_eq!(counters.retries, 0);
}

#[tokio::test(start_paused = true)]
async fn the_engine_ends_with_its_last_handle() {
    let engine = Engine::new();
    let shared = Arc::downgrade(&engine.shared);
    let service = engine.activity_service();
    drop(engine);
    assert!(shared.upgrade().is_some());
    drop(service);
    assert!(shared.upgrade().is_none());
}

#[test]
fn an_engine_needs_a_runtime_and_a_plausible_place() {
    assert_eq!(
        Engine::builder().build().unwrap_err(),
        BuildError::NoRuntime
    );
    for account in ["", "12345", "12345678901a"] {
        assert_eq!(
            Engine::builder().account(account).build().unwrap_err(),
            BuildError::Account(account.to_owned())
        );
    }
    let error = Engine::builder().region("Mars 1").build().unwrap_err();
    assert_eq!(error, BuildError::Region("Mars 1".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn closed_executions_above_the_limit_are_forgotten_and_running_ones_are_not() {
    let engine = Engine::builder().keep_closed(2).build().unwrap();
    let pass = engine.create_state_machine("pass", PASS).unwrap();
    let waiting = r#"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":60,"End":true}}}"#;
    let slow = engine.create_state_machine("slow", waiting).unwrap();
    let running = engine.start_execution(&slow, None, "{}").unwrap();
    let start = |name| engine.start_execution(&pass, Some(name), "{}").unwrap();
    let closed = ["a", "b", "c", "d"].map(start);

    // The fourth was not over yet when it was started, and the first had to go.
    assert!(engine.describe(&closed[0]).is_err());
    for execution in &closed[1..] {
        assert!(engine.describe(execution).is_ok());
    }
    let listed = engine.executions_before(&pass, None, |_| true, 9).unwrap();
    let listed: Vec<_> = listed.iter().map(|found| &*found.name).collect();
    assert_eq!(listed, ["d", "c", "b"]);
    let end = engine.wait(&running).await.unwrap();
    assert_eq!(end.status, ExecutionStatus::Succeeded);
    assert_eq!(start("a"), closed[0], "the name is free again");
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_execution_takes_its_map_runs_and_their_children_along() {
    let engine = Engine::builder().keep_closed(1).build().unwrap();
    let pass = engine.create_state_machine("pass", PASS).unwrap();
    let map = r#"{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{
        "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
        "StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}}}"#;
    let map = engine.create_state_machine("map", map).unwrap();
    let parent = engine.start_execution(&map, None, "[1,2]").unwrap();
    engine.wait(&parent).await.unwrap();
    let run = engine.map_runs(&parent).unwrap().remove(0).arn;
    let children = engine.children_before(&run, None, |_| true, 9).unwrap();
    let start = || engine.start_execution(&pass, None, "{}").unwrap();

    start();
    assert!(
        engine.describe(&children[0].arn).is_ok(),
        "children do not count"
    );
    start();
    assert!(engine.describe(&parent).is_err());
    assert!(engine.describe(&children[0].arn).is_err());
    assert!(engine.children_before(&run, None, |_| true, 9).is_err());
}
