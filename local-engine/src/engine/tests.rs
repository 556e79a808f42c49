use std::time::Duration;

use sfn_worker_core::{
    ActivityArn, ActivityService as _, Disposition, ErrorName, Payload, WorkerName,
};
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::arn::{ExecutionArn, StateMachineArn};
use crate::{AbandonedPolls, EngineActivities};

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Result":7,"End":true}}}"#;

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// An engine with one activity and a machine whose only state is a task of it.
struct Fixture {
    engine: Engine,
    service: EngineActivities,
    activity: ActivityArn,
    machine: StateMachineArn,
    worker: WorkerName,
}

impl Fixture {
    fn new(fields: &str) -> Self {
        Self::with(fields, AbandonedPolls::Release)
    }

    fn with(fields: &str, mode: AbandonedPolls) -> Self {
        let engine = Engine::builder().abandoned_polls(mode).build().unwrap();
        let activity = engine.create_activity("charge-card").unwrap();
        let definition = format!(
            r#"{{"StartAt":"Charge","States":{{"Charge":
               {{"Type":"Task","Resource":"{activity}"{fields},"End":true}}}}}}"#
        );
        let machine = engine.create_state_machine("orders", &definition).unwrap();
        Self {
            service: engine.activity_service(),
            engine,
            activity,
            machine,
            worker: "w-1".parse().unwrap(),
        }
    }

    fn start(&self, input: &str) -> ExecutionArn {
        self.engine
            .start_execution(&self.machine, None, input)
            .unwrap()
    }

    async fn poll(&self) -> Option<sfn_worker_core::PolledTask> {
        self.service
            .poll(&self.activity, &self.worker)
            .await
            .unwrap()
    }

    async fn end(&self, execution: &ExecutionArn) -> ExecutionDescription {
        timeout(seconds(1_000_000), self.engine.wait(execution))
            .await
            .unwrap()
            .unwrap()
    }

    fn event_types(&self, execution: &ExecutionArn) -> Vec<&'static str> {
        let history = self.engine.history(execution).unwrap();
        history.iter().map(|event| event.event_type()).collect()
    }
}

fn output(json: &str) -> Payload {
    Payload::new(json)
}

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
async fn a_task_is_pushed_to_a_waiting_poll_at_once() {
    let fixture = Fixture::new("");
    let started = Instant::now();
    let (task, execution) = tokio::join!(fixture.poll(), async {
        sleep(seconds(59)).await;
        fixture.start(r#"{"order": 1}"#)
    });
    let task = task.unwrap();
    assert_eq!(started.elapsed(), seconds(59));
    assert_eq!(task.input.as_str(), r#"{"order": 1}"#);
    fixture
        .service
        .succeed(&task.token, &output("true"))
        .await
        .unwrap();
    let end = fixture.end(&execution).await;
    assert_eq!(end.output.as_deref(), Some("true"));
    assert_eq!(
        fixture.event_types(&execution),
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "ActivityScheduled",
            "ActivityStarted",
            "ActivitySucceeded",
            "TaskStateExited",
            "ExecutionSucceeded"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_poll_is_held_for_60_seconds() {
    let fixture = Fixture::new("");
    let started = Instant::now();
    assert!(fixture.poll().await.is_none());
    assert_eq!(started.elapsed(), seconds(60));
}

#[tokio::test(start_paused = true)]
async fn a_released_poll_loses_no_task() {
    let fixture = Fixture::new(r#","TimeoutSeconds":100"#);
    assert!(timeout(seconds(5), fixture.poll()).await.is_err());
    fixture.start("1");
    assert_eq!(fixture.poll().await.unwrap().input.as_str(), "1");
}

#[tokio::test(start_paused = true)]
async fn a_poll_dropped_with_a_task_called_to_it_gives_it_to_the_next() {
    let fixture = Fixture::new(r#","TimeoutSeconds":100"#);
    let mut gone = Box::pin(fixture.poll());
    assert!(timeout(seconds(1), &mut gone).await.is_err());
    // The task is called to the poll, which is never looked at again.
    let execution = fixture.start("1");
    drop(gone);
    assert_eq!(
        fixture.event_types(&execution).last(),
        Some(&"ActivityScheduled")
    );
    assert_eq!(fixture.poll().await.unwrap().input.as_str(), "1");
}

#[tokio::test(start_paused = true)]
async fn a_swallowing_poll_takes_the_task_that_comes_within_its_60_seconds() {
    let fixture = Fixture::with(r#","TimeoutSeconds":100"#, AbandonedPolls::Swallow);
    assert!(timeout(seconds(5), fixture.poll()).await.is_err());
    sleep(seconds(50)).await;
    let lost = fixture.start("1");
    assert_eq!(fixture.event_types(&lost).last(), Some(&"ActivityStarted"));
    let kept = fixture.start("2");
    assert_eq!(fixture.poll().await.unwrap().input.as_str(), "2");
    let end = fixture.end(&lost).await;
    assert_eq!(end.error.as_deref(), Some("States.Timeout"));
    let ran = end.stopped.unwrap().duration_since(end.started);
    assert_eq!(ran.as_secs(), 100);
    assert_eq!(fixture.end(&kept).await.status, ExecutionStatus::Failed);
}

#[tokio::test(start_paused = true)]
async fn a_swallowing_poll_is_over_after_60_seconds() {
    let fixture = Fixture::with("", AbandonedPolls::Swallow);
    assert!(timeout(seconds(5), fixture.poll()).await.is_err());
    sleep(seconds(56)).await;
    fixture.start("1");
    assert_eq!(fixture.poll().await.unwrap().input.as_str(), "1");
}

#[tokio::test(start_paused = true)]
async fn time_in_the_queue_does_not_count() {
    let fixture = Fixture::new(r#","TimeoutSeconds":5"#);
    let execution = fixture.start("1");
    sleep(seconds(3_600)).await;
    let task = fixture.poll().await.unwrap();
    sleep(seconds(4)).await;
    fixture
        .service
        .succeed(&task.token, &output("1"))
        .await
        .unwrap();
    assert_eq!(
        fixture.end(&execution).await.status,
        ExecutionStatus::Succeeded
    );
}

#[tokio::test(start_paused = true)]
async fn heartbeats_keep_a_task_alive_until_its_total_time_is_over() {
    let fixture = Fixture::new(r#","TimeoutSeconds":30,"HeartbeatSeconds":10"#);
    let execution = fixture.start("1");
    let task = fixture.poll().await.unwrap();
    for _ in 0..3 {
        sleep(seconds(9)).await;
        fixture.service.heartbeat(&task.token).await.unwrap();
    }
    let end = fixture.end(&execution).await;
    assert_eq!(end.error.as_deref(), Some("States.Timeout"));
    let ran = end.stopped.unwrap().duration_since(end.started);
    assert_eq!(ran.as_secs(), 30);
    let refused = fixture.service.heartbeat(&task.token).await.unwrap_err();
    assert_eq!(refused.disposition(), Disposition::Gone);
    assert_eq!(refused.code(), Some("TaskTimedOut"));
}

#[tokio::test(start_paused = true)]
async fn a_silent_task_times_out_after_its_heartbeat_interval() {
    let fixture = Fixture::new(r#","TimeoutSeconds":30,"HeartbeatSeconds":10"#);
    let execution = fixture.start("1");
    fixture.poll().await.unwrap();
    let end = fixture.end(&execution).await;
    let ran = end.stopped.unwrap().duration_since(end.started);
    assert_eq!(ran.as_secs(), 10);
    assert_eq!(
        &fixture.event_types(&execution)[3..],
        ["ActivityStarted", "ActivityTimedOut", "ExecutionFailed"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_second_report_is_told_that_the_task_is_closed() {
    let fixture = Fixture::new("");
    fixture.start("1");
    let task = fixture.poll().await.unwrap();
    let service = &fixture.service;
    service.succeed(&task.token, &output("1")).await.unwrap();
    let refused = service
        .succeed(&task.token, &output("1"))
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stopped_execution_closes_its_tasks() {
    let fixture = Fixture::new("");
    let handed_over = fixture.start("1");
    let task = fixture.poll().await.unwrap();
    let queued = fixture.start("2");
    for execution in [&handed_over, &queued] {
        fixture
            .engine
            .stop_execution(execution, Some("Enough"), None)
            .unwrap();
        let end = fixture.end(execution).await;
        assert_eq!(end.status, ExecutionStatus::Aborted);
        assert_eq!(end.error.as_deref(), Some("Enough"));
    }
    let refused = fixture.service.heartbeat(&task.token).await.unwrap_err();
    assert_eq!(refused.disposition(), Disposition::Gone);
    assert!(fixture.poll().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_output_that_is_not_json_is_refused_and_the_task_stays_open() {
    let fixture = Fixture::new("");
    let execution = fixture.start("1");
    let task = fixture.poll().await.unwrap();
    let service = &fixture.service;
    let refused = service
        .succeed(&task.token, &output("not JSON"))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Some("InvalidOutput"));
    assert_eq!(refused.disposition(), Disposition::Refused);
    service
        .fail(&task.token, &ErrorName::from_static("Broken"), "bad output")
        .await
        .unwrap();
    let end = fixture.end(&execution).await;
    assert_eq!(end.error.as_deref(), Some("Broken"));
    assert_eq!(end.cause.as_deref(), Some("bad output"));
}

#[tokio::test(start_paused = true)]
async fn a_task_of_an_activity_that_does_not_exist_fails_the_execution() {
    let fixture = Fixture::new("");
    fixture.engine.delete_activity(&fixture.activity);
    let execution = fixture.start("1");
    let end = fixture.end(&execution).await;
    assert_eq!(end.error.as_deref(), Some("States.Runtime"));
    let refused = fixture
        .service
        .poll(&fixture.activity, &fixture.worker)
        .await
        .unwrap_err();
    assert!(refused.is_activity_missing());
    assert_eq!(refused.disposition(), Disposition::Denied);
}

#[tokio::test(start_paused = true)]
async fn the_1001st_poll_is_refused() {
    let fixture = Fixture::new("");
    let mut polls = Vec::new();
    for _ in 0..1_000 {
        let mut poll = Box::pin(fixture.poll());
        assert!(timeout(Duration::ZERO, &mut poll).await.is_err());
        polls.push(poll);
    }
    let refused = fixture
        .service
        .poll(&fixture.activity, &fixture.worker)
        .await
        .unwrap_err();
    assert_eq!(refused.disposition(), Disposition::Throttled);
    assert_eq!(refused.code(), Some("ActivityWorkerLimitExceeded"));
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
async fn closing_the_polls_answers_them_at_once() {
    let fixture = Fixture::new("");
    let begun = Instant::now();
    let (task, ()) = tokio::join!(fixture.poll(), async {
        sleep(seconds(5)).await;
        fixture.engine.close_polls();
    });
    assert!(task.is_none());
    assert_eq!(begun.elapsed(), seconds(5));
    assert!(fixture.poll().await.is_none());
    assert_eq!(begun.elapsed(), seconds(5), "a later poll is not held either");
}
