//! Whole state machines: the worker on the embedded engine, in virtual time.

use std::time::Duration;

use serde_json::json;
use sfn_local_engine::{AbandonedPolls, ExecutionStatus};
use sfn_worker_core::{ActivityOptions, ActivityService as _};
use sfn_worker_tests::activities::{attentive, charge, echo, panics, sleeps};
use sfn_worker_tests::{Rig, Running, bounded};
use tokio::time::{Instant, sleep};

const ALL: [&str; 5] = ["attentive", "charge-card", "echo", "panics", "sleeps"];

fn rig() -> Rig {
    Rig::new(AbandonedPolls::Release, &ALL)
}

/// A machine of one task with the given fields beside `Type`, `Resource` and `End`.
fn one_task(activity: &str, more: &serde_json::Value) -> serde_json::Value {
    let mut task = json!({"Type": "Task", "Resource": format!("activity:{activity}"), "End": true});
    for (key, value) in more.as_object().into_iter().flatten() {
        task[key] = value.clone();
    }
    json!({"StartAt": "Work", "States": {
        "Work": task,
        "Caught": {"Type": "Pass", "End": true},
        "Unused": {"Type": "Pass", "Next": "Caught"},
    }})
}

/// The same without the states that only a `Catch` needs.
fn only_task(activity: &str, more: &serde_json::Value) -> serde_json::Value {
    let mut machine = one_task(activity, more);
    let states = machine["States"].as_object_mut().unwrap();
    states.retain(|name, _| name == "Work");
    machine
}

fn caught_task(activity: &str, errors: &serde_json::Value) -> serde_json::Value {
    let catch =
        json!({"Catch": [{"ErrorEquals": errors, "ResultPath": "$.error", "Next": "Caught"}]});
    let mut machine = one_task(activity, &catch);
    machine["States"].as_object_mut().unwrap().remove("Unused");
    machine
}

#[tokio::test(start_paused = true)]
async fn a_worker_executes_the_tasks_of_a_state_machine() {
    let rig = rig();
    let machine = rig.machine("m", &only_task("charge-card", &json!({})));
    let worker = Running::start(rig.worker().activity::<charge>());
    let execution = rig.start(&machine, &json!({"cents": 3}));
    let ended = rig.ended(&execution).await;
    assert_eq!(ended.status, ExecutionStatus::Succeeded);
    assert_eq!(ended.output.as_deref(), Some(r#""receipt for 3""#));
    assert_eq!(
        rig.event_types(&execution),
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "ActivityScheduled",
            "ActivityStarted",
            "ActivitySucceeded",
            "TaskStateExited",
            "ExecutionSucceeded",
        ]
    );
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn catch_matches_the_name_of_a_variant_and_states_task_failed() {
    for errors in [
        json!(["CardDeclined"]),
        json!(["States.TaskFailed"]),
        json!(["States.ALL"]),
    ] {
        let rig = rig();
        let machine = rig.machine("m", &caught_task("charge-card", &errors));
        let worker = Running::start(rig.worker().activity::<charge>());
        let ended = rig
            .ended(&rig.start(&machine, &json!({"cents": 100})))
            .await;
        assert_eq!(ended.status, ExecutionStatus::Succeeded, "{errors}");
        let output: serde_json::Value = serde_json::from_str(&ended.output.unwrap()).unwrap();
        assert_eq!(output["error"]["Error"], "CardDeclined");
        assert_eq!(
            output["error"]["Cause"],
            "the card was declined: do not honour"
        );
        worker.drain().await;
    }
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_can_be_caught_by_its_name() {
    let rig = rig();
    let machine = rig.machine(
        "m",
        &caught_task("panics", &json!(["Worker.HandlerPanicked"])),
    );
    let worker = Running::start(rig.worker().activity::<panics>());
    let ended = rig.ended(&rig.start(&machine, &json!({}))).await;
    assert_eq!(ended.status, ExecutionStatus::Succeeded);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn heartbeats_keep_a_long_task_alive() {
    let rig = rig();
    let machine = rig.machine("m", &only_task("sleeps", &json!({"HeartbeatSeconds": 15})));
    let worker = Running::start(rig.worker().activity::<sleeps>());
    let execution = rig.start(&machine, &json!(3_600_000));
    let begun = Instant::now();
    assert_eq!(
        rig.ended(&execution).await.status,
        ExecutionStatus::Succeeded
    );
    assert!(begun.elapsed() >= Duration::from_secs(3_600));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p6_a_stopped_execution_cancels_its_handler() {
    let rig = rig();
    let machine = rig.machine("m", &only_task("attentive", &json!({})));
    let worker = Running::start(rig.worker().activity::<attentive>());
    let execution = rig.start(&machine, &json!({}));
    sleep(Duration::from_secs(7)).await;
    rig.engine.stop_execution(&execution, None, None).unwrap();
    // The heartbeat is every five seconds; a drain waits for the handler.
    let total = worker.drain().await.total();
    assert_eq!((total.abandoned, total.failed), (1, 0));
    assert_eq!(rig.ended(&execution).await.status, ExecutionStatus::Aborted);
}

#[tokio::test(start_paused = true)]
async fn p2_a_drain_loses_no_task_although_the_service_holds_its_polls() {
    let rig = Rig::new(AbandonedPolls::Swallow, &ALL);
    let machine = rig.machine("m", &only_task("echo", &json!({"TimeoutSeconds": 600})));
    let worker = Running::start(rig.worker().activity::<echo>().polls(3..=3));
    sleep(Duration::from_secs(1)).await;

    worker.shutdown.drain();
    let executions: Vec<_> = (0..3)
        .map(|number| rig.start(&machine, &json!({"number": number})))
        .collect();
    let summary = worker.ended().await;

    for execution in &executions {
        assert_eq!(
            rig.ended(execution).await.status,
            ExecutionStatus::Succeeded
        );
    }
    assert_eq!(summary.total().succeeded, 3);
    assert_eq!(rig.engine.counters().borrow().tasks_timed_out, 0);
}

#[tokio::test(start_paused = true)]
async fn an_abort_loses_the_task_that_an_abandoned_poll_is_given_until_its_time_out() {
    let rig = Rig::new(AbandonedPolls::Swallow, &ALL);
    let retry = json!([{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1}]);
    let fields = json!({"TimeoutSeconds": 300, "HeartbeatSeconds": 30, "Retry": retry});
    let machine = rig.machine("m", &only_task("echo", &fields));
    let first = Running::start(rig.worker().activity::<echo>().polls(1..=1));
    sleep(Duration::from_secs(1)).await;
    first.shutdown.abort();
    first.ended().await;

    let second = Running::start(rig.worker().activity::<echo>().polls(1..=1));
    let execution = rig.start(&machine, &json!({}));
    let begun = Instant::now();
    assert_eq!(
        rig.ended(&execution).await.status,
        ExecutionStatus::Succeeded
    );
    assert!(
        begun.elapsed() >= Duration::from_secs(30),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(rig.engine.counters().borrow().tasks_timed_out, 1);
    second.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_handed_back_is_retried_by_the_next_worker() {
    let rig = rig();
    let retry = json!([{"ErrorEquals": ["Worker.ShuttingDown"], "IntervalSeconds": 1}]);
    let machine = rig.machine("m", &only_task("sleeps", &json!({"Retry": retry})));
    let first = Running::start(
        rig.worker()
            .activity::<sleeps>()
            .grace(Duration::from_secs(5)),
    );
    let execution = rig.start(&machine, &json!(300_000));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(first.drain().await.total().handed_back, 1);

    let second = Running::start(rig.worker().activity::<sleeps>());
    assert_eq!(
        rig.ended(&execution).await.status,
        ExecutionStatus::Succeeded
    );
    assert_eq!(second.drain().await.total().succeeded, 1);
}

#[tokio::test(start_paused = true)]
async fn p3_a_thousand_executions_are_answered_once_each_by_three_workers() {
    let rig = rig();
    let machine = rig.machine("m", &only_task("sleeps", &json!({"HeartbeatSeconds": 60})));
    let workers: Vec<_> = (0..3)
        .map(|_| Running::start(rig.worker().activity::<sleeps>()))
        .collect();
    let executions: Vec<_> = (0..1_000)
        .map(|number| rig.start(&machine, &json!(number % 97)))
        .collect();
    for execution in &executions {
        assert_eq!(
            rig.ended(execution).await.status,
            ExecutionStatus::Succeeded
        );
    }
    let mut succeeded = 0;
    for worker in workers {
        let total = worker.drain().await.total();
        assert_eq!(total.received, total.succeeded);
        succeeded += total.succeeded;
    }
    assert_eq!(succeeded, 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_task_is_handed_over_without_waiting_for_a_tick() {
    let rig = rig();
    let machine = rig.machine("m", &only_task("echo", &json!({})));
    let worker = Running::start(rig.worker().activity::<echo>());
    sleep(Duration::from_secs(90)).await;
    let begun = Instant::now();
    bounded(rig.engine.wait(&rig.start(&machine, &json!(1))))
        .await
        .unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO, "of virtual time");
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn activities_that_do_not_exist_are_created_when_asked() {
    let rig = Rig::new(AbandonedPolls::Release, &[]);
    let worker = Running::start(rig.worker().activity::<echo>().create_missing(true));
    sleep(Duration::from_secs(1)).await;
    let machine = rig.machine("m", &only_task("echo", &json!({})));
    let ended = rig.ended(&rig.start(&machine, &json!(1))).await;
    assert_eq!(ended.status, ExecutionStatus::Succeeded);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p11_an_activity_that_is_created_later_is_found() {
    let rig = Rig::new(AbandonedPolls::Release, &[]);
    let worker = Running::start(rig.worker().activity::<echo>());
    sleep(Duration::from_secs(100)).await;
    rig.engine.create_activity("echo").unwrap();
    let machine = rig.machine("m", &only_task("echo", &json!({})));
    let ended = rig.ended(&rig.start(&machine, &json!(1))).await;
    assert_eq!(ended.status, ExecutionStatus::Succeeded);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p1_the_engine_sees_no_poll_while_every_slot_is_taken() {
    let rig = rig();
    let arn = rig.engine.create_activity("sleeps").unwrap();
    let machine = rig.machine("m", &only_task("sleeps", &json!({})));
    let options = ActivityOptions::new().with_concurrency(2);
    let builder = rig.worker().activity_with::<sleeps>(options);
    let worker = Running::start(builder.polls(2..=2));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(rig.engine.open_polls(&arn), 2);

    let executions: Vec<_> = (0..5)
        .map(|_| rig.start(&machine, &json!(10_000)))
        .collect();
    sleep(Duration::from_secs(5)).await;
    assert_eq!(rig.engine.open_polls(&arn), 0);
    assert_eq!(rig.engine.counters().borrow().tasks_started, 2);
    for execution in &executions {
        assert_eq!(
            rig.ended(execution).await.status,
            ExecutionStatus::Succeeded
        );
    }
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p8_the_engine_keeps_what_the_worker_has_no_slot_for() {
    let rig = rig();
    let machine = rig.machine("m", &only_task("sleeps", &json!({})));
    let options = ActivityOptions::new().with_concurrency(3);
    let worker = Running::start(rig.worker().activity_with::<sleeps>(options));
    for _ in 0..200 {
        let _execution = rig.start(&machine, &json!(3_600_000));
    }
    sleep(Duration::from_secs(1_800)).await;
    let counters = *rig.engine.counters().borrow();
    assert_eq!((counters.tasks_scheduled, counters.tasks_started), (200, 3));
    worker.shutdown.abort();
    assert_eq!(worker.ended().await.total().received, 3);
}

#[tokio::test(start_paused = true)]
async fn p12_with_a_problem_in_the_configuration_nothing_is_polled_or_created() {
    let rig = Rig::new(AbandonedPolls::Release, &["echo"]);
    let arn = rig.engine.create_activity("echo").unwrap();
    let builder = rig
        .worker()
        .activity::<echo>()
        .activity::<charge>()
        .create_missing(true);
    let error = builder.polls(0..=0).concurrency(1).build().unwrap_err();
    assert_eq!(error.problems().len(), 2, "{error}");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(rig.engine.open_polls(&arn), 0);
    let names = ["charge-card".parse().unwrap()];
    let service = rig.engine.activity_service();
    assert!(service.find(&names).await.unwrap().is_empty());
}
