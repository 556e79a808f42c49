//! P1: no poll without a slot; and what polls do when the service does not answer as it should.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{ActivityOptions, Disposition, ServiceError, Worker};
use sfn_worker_tests::activities::{echo, sleeps};
use sfn_worker_tests::{Running, bounded};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn p1_there_is_no_poll_without_a_slot() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..6).map(|_| service.offer("sleeps", "1000")).collect();
    let options = ActivityOptions::new().with_concurrency(2);
    let worker = Running::start(
        Worker::builder(service.clone())
            .activity_with::<sleeps>(options)
            .polls(2..=2),
    );

    bounded(service.until(|_| tasks[1].is_taken())).await;
    sleep(Duration::from_millis(500)).await;
    // Both slots are taken by tasks: no poll may be open, and no third task taken.
    assert_eq!(service.open_polls(), 0);
    assert!(!tasks[2].is_taken());
    for task in &tasks {
        bounded(task.answer()).await;
    }
    assert_eq!(service.most_open_polls(), 2);
    assert_eq!(worker.drain().await.total().succeeded, 6);
}

#[tokio::test(start_paused = true)]
async fn p1_idle_polls_of_one_activity_leave_slots_to_the_others() {
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .activity::<sleeps>()
        .polls(16..=16)
        .concurrency(2);
    let worker = Running::start(builder);
    bounded(service.until(|service| service.open_polls() == 2)).await;

    let task = service.offer("sleeps", "1");
    let begun = Instant::now();
    bounded(task.answer()).await;
    assert!(begun.elapsed() < Duration::from_secs(1));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn the_next_poll_overlaps_the_report() {
    let service = ScriptedService::new();
    let first = service.offer("echo", "1");
    service.delay_next(Operation::Succeed, Duration::from_secs(5));
    let second = service.offer("echo", "2");
    let options = ActivityOptions::new().with_concurrency(1);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<echo>(options));

    bounded(second.answer()).await;
    assert!(
        first.answers().is_empty(),
        "the first report is still under way"
    );
    bounded(first.answer()).await;
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn failing_polls_back_off_and_go_on_by_themselves() {
    let service = ScriptedService::new();
    for _ in 0..50 {
        let error = ServiceError::new(Disposition::Throttled, "Rate exceeded");
        service.refuse_next(Operation::Poll, error.with_code("ThrottlingException"));
    }
    let task = service.offer("echo", "7");
    let options = ActivityOptions::new().with_concurrency(1);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<echo>(options));

    let begun = Instant::now();
    assert_eq!(bounded(task.answer()).await.output(), Some("7"));
    let rate = 50.0 / begun.elapsed().as_secs_f64();
    assert!(rate < 0.2, "{rate} failing polls a second are a storm");
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_service_that_answers_empty_at_once_is_not_stormed() {
    let service = ScriptedService::new();
    for _ in 0..20 {
        service.answer_next_poll_empty();
    }
    let options = ActivityOptions::new().with_concurrency(1);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<echo>(options));
    bounded(service.until(|service| service.open_polls() == 1)).await;
    let calls = service.calls(Operation::Poll);
    let took = *calls.last().unwrap() - calls[0];
    assert!(
        took > Duration::from_secs(60),
        "20 empty answers in {took:?}"
    );
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_poll_whose_answer_is_lost_costs_its_task_and_nothing_else() {
    let service = ScriptedService::new();
    service.lose_next_answer(Operation::Poll);
    let lost = service.offer("echo", "1");
    let next = service.offer("echo", "2");
    let worker = Running::start(
        Worker::builder(service.clone())
            .activity::<echo>()
            .polls(1..=1),
    );
    assert_eq!(bounded(next.answer()).await.output(), Some("2"));
    assert!(lost.is_taken() && lost.answers().is_empty());
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn an_activity_that_does_not_exist_yet_is_waited_for() {
    let service = ScriptedService::new();
    for _ in 0..3 {
        let error = ServiceError::new(Disposition::Denied, "Activity Does Not Exist")
            .with_code("ActivityDoesNotExist")
            .with_activity_missing();
        service.refuse_next(Operation::Poll, error);
    }
    let task = service.offer("echo", "1");
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn polls_grow_while_tasks_wait_and_shrink_while_none_come() {
    let service = ScriptedService::new();
    let options = ActivityOptions::new().with_concurrency(500);
    let builder = Worker::builder(service.clone())
        .activity_with::<sleeps>(options)
        .polls(2..=40);
    let worker = Running::start(builder);
    sleep(Duration::from_secs(600)).await;
    assert_eq!(
        service.open_polls(),
        2,
        "the fewest, while there is nothing"
    );

    let tasks: Vec<_> = (0..400).map(|_| service.offer("sleeps", "1")).collect();
    for task in &tasks {
        bounded(task.answer()).await;
    }
    assert_eq!(service.open_polls(), 40, "the most, after a burst");
    sleep(Duration::from_secs(61)).await;
    assert!(service.open_polls() < 40, "{}", service.open_polls());
    sleep(Duration::from_secs(600)).await;
    assert_eq!(service.open_polls(), 2);
    assert_eq!(service.most_open_polls(), 40);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p1_polls_grow_no_further_than_there_are_free_slots() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..200).map(|_| service.offer("sleeps", "1000")).collect();
    let options = ActivityOptions::new().with_concurrency(10);
    let builder = Worker::builder(service.clone())
        .activity_with::<sleeps>(options)
        .polls(1..=100);
    let worker = Running::start(builder);
    for (number, task) in tasks.iter().enumerate() {
        bounded(task.answer()).await;
        let unfinished = tasks.iter().filter(|task| task.answers().is_empty());
        let held = unfinished.filter(|task| task.is_taken()).count();
        assert!(held + service.open_polls() <= 10, "{held} at {number}");
    }
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn refused_polls_are_halved_down_to_the_fewest() {
    let service = ScriptedService::new();
    let options = ActivityOptions::new().with_concurrency(500);
    let builder = Worker::builder(service.clone())
        .activity_with::<echo>(options)
        .polls(4..=64);
    let worker = Running::start(builder);
    let tasks: Vec<_> = (0..400).map(|_| service.offer("echo", "1")).collect();
    for task in &tasks {
        bounded(task.answer()).await;
    }
    bounded(service.until(|service| service.open_polls() == 64)).await;
    // The next poll is refused, and with it the 64 become 32 as soon as they come back: with
    // tasks that were not waiting, so that nothing grows or shrinks for another reason.
    let refused = ServiceError::new(Disposition::Throttled, "Rate exceeded");
    service.refuse_next(Operation::Poll, refused.with_too_many_polls());
    sleep(Duration::from_secs(10)).await;
    for _ in 0..64 {
        bounded(service.offer("echo", "1").answer()).await;
    }
    sleep(Duration::from_secs(10)).await;
    assert_eq!(service.open_polls(), 32);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn the_first_polls_of_a_worker_do_not_go_out_together() {
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .polls(16..=16);
    let begun = Instant::now();
    let worker = Running::start(builder);
    bounded(service.until(|service| service.open_polls() == 16)).await;
    let calls = service.calls(Operation::Poll);
    let spread = calls[15] - calls[0];
    // Drawn from fifty milliseconds.
    assert!(spread >= Duration::from_millis(10), "{spread:?}");
    assert!(
        begun.elapsed() <= Duration::from_millis(52),
        "{:?}",
        begun.elapsed()
    );
    worker.drain().await;
}
