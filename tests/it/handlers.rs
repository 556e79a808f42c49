//! Handlers: what they take, where they run, what bounds them. P8: memory is bounded by slots.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{ActivityOptions, Disposition, ServiceError, Worker};
use sfn_worker_tests::activities::{echo, sums};
use sfn_worker_tests::{Running, bounded};
use tokio::time::sleep;

#[tokio::test]
async fn a_blocking_handler_runs_and_returns() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..8).map(|_| service.offer("sums", "1000")).collect();
    let worker = Running::start(Worker::builder(service).activity::<sums>());
    for task in &tasks {
        assert_eq!(bounded(task.answer()).await.output(), Some("500500"));
    }
    worker.shutdown.abort();
    assert_eq!(worker.ended().await.total().succeeded, 8);
}

#[tokio::test(start_paused = true)]
async fn p8_what_is_held_is_bounded_while_reports_do_not_get_through() {
    let service = ScriptedService::new();
    for _ in 0..100_000 {
        let error = ServiceError::new(Disposition::Transient, "connection reset");
        service.refuse_next(Operation::Succeed, error);
    }
    let tasks: Vec<_> = (0..100).map(|_| service.offer("echo", "1")).collect();
    let options = ActivityOptions::new().with_concurrency(3);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<echo>(options));

    sleep(Duration::from_secs(600)).await;
    // Sixteen tasks wait to be reported, three more hold the slots, nothing else was taken.
    assert_eq!(tasks.iter().filter(|task| task.is_taken()).count(), 16 + 3);
    assert_eq!(service.open_polls(), 0);
    worker.shutdown.abort();
    assert_eq!(worker.ended().await.total().undelivered, 19);
}

#[tokio::test(start_paused = true)]
async fn p8_nothing_is_taken_ahead_of_the_slots() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..1_000).map(|_| service.offer("echo", "1")).collect();
    service.delay_next(Operation::Succeed, Duration::from_secs(1));
    let worker = Running::start(
        Worker::builder(service.clone())
            .activity::<echo>()
            .polls(8..=8),
    );
    for task in &tasks {
        bounded(task.answer()).await;
    }
    assert!(service.most_open_polls() <= 8);
    assert_eq!(worker.drain().await.total().succeeded, 1_000);
}
