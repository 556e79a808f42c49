//! A drain before the worker is told to stop: no time runs against it.

use std::time::Duration;

use sfn_worker_core::testing::ScriptedService;
use sfn_worker_core::{ActivityContext, Failure, Worker, activity};
use sfn_worker_tests::activities::echo;
use sfn_worker_tests::{Running, bounded};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn an_idle_worker_that_drains_early_ends_by_itself() {
    let service = ScriptedService::new();
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    bounded(service.until(|service| service.open_polls() == 1)).await;
    let begun = Instant::now();
    worker.shutdown.drain_early();
    let late = service.offer("echo", "1");
    worker.ended().await;
    assert!(begun.elapsed() <= Duration::from_secs(60));
    assert_eq!(late.answers()[0].output(), Some("1"));
    assert_eq!(service.dropped_polls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_handler_has_no_limit_until_the_worker_is_told_to_stop() {
    type Left = [Option<u64>; 2];

    /// The whole seconds that are left: half an hour into an early drain, and ten seconds after
    /// its end.
    #[activity]
    async fn looks_ahead(context: ActivityContext) -> Result<Left, Failure> {
        context.draining().await;
        sleep(Duration::from_secs(1_800)).await;
        let early = context.time_left();
        while context.time_left().is_none() {
            sleep(Duration::from_secs(1)).await;
        }
        sleep(Duration::from_secs(10)).await;
        let left = [early, context.time_left()];
        Ok(left.map(|left| left.map(|left| left.as_secs())))
    }

    let service = ScriptedService::new();
    let task = service.offer("looks_ahead", "null");
    let builder = Worker::builder(service.clone())
        .activity::<looks_ahead>()
        .grace(Duration::from_secs(300));
    let worker = Running::start(builder);
    bounded(service.until(|_| task.is_taken())).await;
    worker.shutdown.drain_early();
    sleep(Duration::from_secs(3_600)).await;
    worker.shutdown.drain();
    worker.ended().await;
    let left: Left = serde_json::from_str(task.answers()[0].output().unwrap()).unwrap();
    assert_eq!(left[0], None);
    assert!(matches!(left[1], Some(288..=290)), "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn no_poll_is_begun_after_an_early_drain() {
    let service = ScriptedService::new();
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    bounded(service.until(|service| service.open_polls() == 1)).await;
    worker.shutdown.drain_early();
    let first = service.offer("echo", "1");
    let second = service.offer("echo", "2");
    worker.ended().await;
    assert_eq!(first.answers().len(), 1);
    assert!(!second.is_taken());
}
