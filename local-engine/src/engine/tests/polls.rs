//! Polls: pushed, held, released or swallowing.

use super::*;

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
    assert_eq!(
        begun.elapsed(),
        seconds(5),
        "a later poll is not held either"
    );
}
