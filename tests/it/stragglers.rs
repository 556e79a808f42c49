//! Blocking handlers that ignore their cancellation: listed, and bounded (P8).

use std::time::Duration;

use sfn_worker_core::testing::ScriptedService;
use sfn_worker_core::{ActivityOptions, CancelReason, Failure, Worker, activity};
use sfn_worker_tests::{Gate, Running, bounded};
use tokio::time::sleep;

const LIMIT: Duration = Duration::from_secs(10);

/// Waits for threads, which have no clock: while this looks, the paused one stands.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_stop_is_listed_until_it_ends_and_its_slot_is_free() {
    static GATE: Gate = Gate::new();

    #[activity(blocking, concurrency = 1)]
    fn deaf() -> Result<(), Failure> {
        GATE.pass();
        Ok(())
    }

    let service = ScriptedService::new();
    let first = service.offer("deaf", "null");
    let second = service.offer("deaf", "null");
    let options = ActivityOptions::new().with_timeout(LIMIT);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<deaf>(options));
    assert!(worker.shutdown.stragglers().is_empty());
    let answer = bounded(first.answer()).await;
    assert_eq!(answer.error(), Some("States.Timeout"));

    let stragglers = worker.shutdown.stragglers();
    assert_eq!(stragglers.len(), 1);
    assert_eq!(stragglers[0].activity.as_str(), "deaf");
    assert_eq!(stragglers[0].reason, CancelReason::Deadline);
    assert!(stragglers[0].task.starts_with("token#"), "{stragglers:?}");
    // The only slot of the activity is free.
    bounded(service.until(|_| second.is_taken())).await;

    GATE.open();
    until(|| !second.answers().is_empty()).await;
    until(|| worker.shutdown.stragglers().is_empty()).await;
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p8_handlers_that_do_not_stop_are_bounded() {
    static GATE: Gate = Gate::new();

    #[activity(blocking, concurrency = 2)]
    fn deaf_too() -> Result<(), Failure> {
        GATE.pass();
        Ok(())
    }

    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..8).map(|_| service.offer("deaf_too", "null")).collect();
    let options = ActivityOptions::new().with_timeout(LIMIT);
    let worker =
        Running::start(Worker::builder(service.clone()).activity_with::<deaf_too>(options));
    sleep(Duration::from_secs(3_600)).await;

    // Two were given up and freed their slots, the next two keep them: nothing more is taken.
    assert_eq!(worker.shutdown.stragglers().len(), 4);
    assert_eq!(tasks.iter().filter(|task| task.is_taken()).count(), 4);
    assert_eq!(service.open_polls(), 0);
    until(|| GATE.blocked() == 4).await;
    for task in &tasks[..4] {
        assert_eq!(task.answers()[0].error(), Some("States.Timeout"));
    }

    GATE.open();
    until(|| tasks.iter().all(|task| !task.answers().is_empty())).await;
    until(|| worker.shutdown.stragglers().is_empty()).await;
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p8_handlers_that_do_not_stop_are_bounded_with_tasks_taken_ahead_too() {
    static GATE: Gate = Gate::new();

    #[activity(blocking, concurrency = 1)]
    fn deaf_ahead() -> Result<(), Failure> {
        GATE.pass();
        Ok(())
    }

    let service = ScriptedService::new();
    let _tasks: Vec<_> = (0..10)
        .map(|_| service.offer("deaf_ahead", "null"))
        .collect();
    let options = ActivityOptions::new().with_timeout(LIMIT);
    let builder = Worker::builder(service.clone())
        .activity_with::<deaf_ahead>(options)
        .prefetch(4);
    let worker = Running::start(builder);
    sleep(Duration::from_secs(3_600)).await;
    assert_eq!(worker.shutdown.stragglers().len(), 2);
    GATE.until_blocked(2);
    assert_eq!(GATE.blocked(), 2);
    GATE.open();
    until(|| worker.shutdown.stragglers().is_empty()).await;
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_worker_ends_without_the_handlers_that_it_gave_up() {
    static GATE: Gate = Gate::new();

    #[activity(blocking)]
    fn deaf_to_the_end() -> Result<(), Failure> {
        GATE.pass();
        Ok(())
    }

    let service = ScriptedService::new();
    let task = service.offer("deaf_to_the_end", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<deaf_to_the_end>());
    bounded(service.until(|_| task.is_taken())).await;
    let summary = worker.drain().await;
    assert_eq!(task.answers()[0].error(), Some("Worker.ShuttingDown"));
    assert_eq!(summary.total().handed_back, 1);
    GATE.open();
}
