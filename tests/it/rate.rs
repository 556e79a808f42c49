//! The rate of an activity: how many tasks may start in a span of time.

use std::time::Duration;

use sfn_worker_core::testing::ScriptedService;
use sfn_worker_core::{ActivityOptions, Rate, Worker};
use sfn_worker_tests::activities::{echo, sleeps};
use sfn_worker_tests::{Running, bounded};
use tokio::time::{Instant, sleep};

fn limited(tasks: u32, per: Duration) -> ActivityOptions {
    ActivityOptions::new().with_rate(Rate::new(tasks, per))
}

#[tokio::test(start_paused = true)]
async fn starts_keep_to_the_rate() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..50).map(|_| service.offer("echo", "1")).collect();
    let options = limited(10, Duration::from_secs(1));
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<echo>(options));
    let begun = Instant::now();
    for task in &tasks {
        bounded(task.answer()).await;
    }
    // Ten at once, the other forty in four seconds.
    let took = begun.elapsed().as_secs_f64();
    assert!((3.9..4.3).contains(&took), "{took}");
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_task_beyond_the_rate_stays_in_the_service() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..3).map(|_| service.offer("echo", "1")).collect();
    let options = limited(2, Duration::from_secs(3_600));
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<echo>(options));
    bounded(tasks[1].answer()).await;
    sleep(Duration::from_secs(1_700)).await;
    assert!(!tasks[2].is_taken());
    assert_eq!(service.open_polls(), 0, "an open poll could bring it");
    let begun = Instant::now();
    bounded(tasks[2].answer()).await;
    assert!(
        begun.elapsed() <= Duration::from_secs(110),
        "half an hour for each"
    );
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn empty_polls_do_not_use_the_rate_up() {
    let service = ScriptedService::new();
    let options = limited(1, Duration::from_secs(86_400));
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<echo>(options));
    sleep(Duration::from_secs(3_600)).await;
    assert_eq!(service.open_polls(), 1, "as many as there are starts left");
    let task = service.offer("echo", "1");
    let begun = Instant::now();
    bounded(task.answer()).await;
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn other_activities_are_not_held_up() {
    let service = ScriptedService::new();
    let slow: Vec<_> = (0..100).map(|_| service.offer("sleeps", "1")).collect();
    let free: Vec<_> = (0..500).map(|_| service.offer("echo", "1")).collect();
    let builder = Worker::builder(service.clone())
        .activity_with::<sleeps>(limited(1, Duration::from_secs(60)))
        .activity::<echo>();
    let worker = Running::start(builder);
    let begun = Instant::now();
    for task in &free {
        bounded(task.answer()).await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
    // The first poll of the other activity may come a little later.
    sleep(Duration::from_secs(1)).await;
    assert_eq!(slow.iter().filter(|task| task.is_taken()).count(), 1);
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_for_its_rate_drains_at_once() {
    let service = ScriptedService::new();
    let task = service.offer("echo", "1");
    let options = limited(1, Duration::from_secs(86_400));
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<echo>(options));
    bounded(task.answer()).await;
    let begun = Instant::now();
    worker.drain().await;
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
}
