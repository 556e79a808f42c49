//! P6: a task that the service no longer wants is cancelled; and when heartbeats are sent.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{Disposition, ServiceError, Worker};
use sfn_worker_tests::activities::{asks, attentive, echo, sleeps, spins};
use sfn_worker_tests::{Running, bounded};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn heartbeats_are_sent_on_a_fixed_schedule_from_receipt() {
    let service = ScriptedService::new();
    let task = service.offer("attentive", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<attentive>());
    bounded(service.until(|_| task.is_taken())).await;
    let received = Instant::now();

    service.delay_next(Operation::Heartbeat, Duration::from_secs(2));
    sleep(Duration::from_secs(26)).await;
    let beats = task.heartbeats();
    // By chance between half an interval and a whole one after the receipt, answered two
    // seconds late; the schedule does not shift.
    let first = (beats[0] - received).as_secs_f64() - 2.0;
    assert!((2.5..=5.0).contains(&first), "{first}");
    let gaps: Vec<f64> = beats
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs_f64())
        .collect();
    assert!((gaps[0] - 3.0).abs() < 0.01, "{gaps:?}");
    assert!(
        gaps[1..].iter().all(|gap| (gap - 5.0).abs() < 0.01),
        "{gaps:?}"
    );
    assert!(gaps.len() >= 3, "{gaps:?}");
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn p6_a_task_that_is_gone_is_cancelled_within_one_interval_and_nothing_more_is_sent() {
    let service = ScriptedService::new();
    let task = service.offer("attentive", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<attentive>());
    bounded(service.until(|_| task.is_taken())).await;

    sleep(Duration::from_secs(12)).await;
    let beats = service.calls(Operation::Heartbeat).len();
    task.close();
    sleep(Duration::from_secs(60)).await;

    assert_eq!(
        service.calls(Operation::Heartbeat).len(),
        beats + 1,
        "one learns, then silence"
    );
    assert!(service.calls(Operation::Fail).is_empty());
    assert!(service.calls(Operation::Succeed).is_empty());
    let summary = worker.drain().await;
    assert_eq!(summary.total().abandoned, 1);
    assert!(summary.is_clean());
}

#[tokio::test(start_paused = true)]
async fn p6_a_handler_that_ignores_the_cancellation_frees_its_slot_all_the_same() {
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "100000000");
    let options = sfn_worker_core::ActivityOptions::new().with_concurrency(1);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<sleeps>(options));
    bounded(service.until(|_| task.is_taken())).await;
    task.close();

    let next = service.offer("sleeps", "1");
    let begun = Instant::now();
    bounded(next.answer()).await;
    // One heartbeat interval to learn of it and five seconds for the handler to stop.
    assert!(
        begun.elapsed() <= Duration::from_secs(16),
        "{:?}",
        begun.elapsed()
    );
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_heartbeat_is_repeated_before_the_next_one_is_due() {
    let service = ScriptedService::new();
    let task = service.offer("attentive", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<attentive>());
    bounded(service.until(|_| task.is_taken())).await;
    let error = ServiceError::new(Disposition::Throttled, "Rate exceeded");
    service.refuse_next(Operation::Heartbeat, error);

    bounded(service.until(|_| !task.heartbeats().is_empty())).await;
    let calls = service.calls(Operation::Heartbeat);
    let repeated = (task.heartbeats()[0] - calls[0]).as_secs_f64();
    // The interval is five seconds.
    assert!((0.2..1.0).contains(&repeated), "{repeated}");
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn heartbeats_go_on_while_a_report_is_repeated() {
    let service = ScriptedService::new();
    for _ in 0..12 {
        let error = ServiceError::new(Disposition::Transient, "connection reset");
        service.refuse_next(Operation::Succeed, error);
    }
    let task = service.offer("echo", "1");
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .heartbeat(Duration::from_secs(5));
    let worker = Running::start(builder);
    bounded(task.answer()).await;
    assert!(task.heartbeats().len() >= 3, "{:?}", task.heartbeats());
    assert_eq!(service.overlapping_calls(), 0);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_can_ask_at_once_whether_its_task_is_still_wanted() {
    let service = ScriptedService::new();
    let task = service.offer("asks", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<asks>());
    assert_eq!(
        bounded(task.answer()).await.output(),
        Some("\"still wanted\"")
    );
    assert_eq!(task.heartbeats().len(), 1);
    assert_eq!(service.overlapping_calls(), 0);

    let task = service.offer("asks", "null");
    bounded(service.until(|_| task.is_taken())).await;
    task.close();
    sleep(Duration::from_secs(10)).await;
    let total = worker.drain().await.total();
    assert_eq!((total.succeeded, total.abandoned, total.failed), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn p6_a_blocking_handler_is_told_through_its_context() {
    let service = ScriptedService::new();
    let task = service.offer("spins", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<spins>());
    bounded(service.until(|_| task.is_taken())).await;
    task.close();
    let summary = worker.drain().await;
    assert_eq!(summary.total().abandoned, 1);
    assert!(task.answers().is_empty());
}
