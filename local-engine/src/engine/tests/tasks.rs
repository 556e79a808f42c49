//! Clocks and reports of tasks.

use super::*;

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
