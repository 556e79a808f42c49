//! Tasks that are taken ahead: bounded, kept alive, in order, handed back. P1 with prefetch.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService, ScriptedTask};
use sfn_worker_core::{ActivityOptions, Failure, Worker, activity};
use sfn_worker_tests::activities::sleeps;
use sfn_worker_tests::{Running, bounded};
use tokio::time::{Instant, sleep};

fn offer(service: &ScriptedService, count: usize, milliseconds: u64) -> Vec<ScriptedTask> {
    (0..count)
        .map(|_| service.offer("sleeps", &milliseconds.to_string()))
        .collect()
}

fn taken(tasks: &[ScriptedTask]) -> usize {
    tasks.iter().filter(|task| task.is_taken()).count()
}

fn start(service: &ScriptedService, prefetch: usize, options: ActivityOptions) -> Running {
    let builder = Worker::builder(service.clone())
        .activity_with::<sleeps>(options.with_concurrency(1))
        .prefetch(prefetch);
    Running::start(builder)
}

#[tokio::test(start_paused = true)]
async fn p1_as_many_tasks_are_taken_ahead_as_may_wait_and_no_more() {
    let service = ScriptedService::new();
    let tasks = offer(&service, 8, 10_000);
    let worker = start(&service, 3, ActivityOptions::new());
    bounded(service.until(|_| taken(&tasks) == 4)).await;
    sleep(Duration::from_secs(5)).await;
    assert_eq!(taken(&tasks), 4, "one runs, three wait");
    assert_eq!(service.open_polls(), 0);
    for task in &tasks {
        bounded(task.answer()).await;
    }
    assert_eq!(worker.drain().await.total().succeeded, 8);
}

#[tokio::test(start_paused = true)]
async fn tasks_that_wait_run_in_order_and_never_more_than_may() {
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);

    #[activity]
    async fn counts_itself(number: u64) -> Result<u64, Failure> {
        MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        sleep(Duration::from_secs(1)).await;
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        Ok(number)
    }

    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..20)
        .map(|number| service.offer("counts_itself", &number.to_string()))
        .collect();
    let options = ActivityOptions::new().with_concurrency(2);
    let builder = Worker::builder(service.clone())
        .activity_with::<counts_itself>(options)
        .prefetch(8);
    let worker = Running::start(builder);
    let mut before = Instant::now();
    for pair in tasks.chunks(2) {
        bounded(pair[0].answer()).await;
        let now = Instant::now();
        assert!(now >= before + Duration::from_secs(1), "two at a time");
        before = now;
        bounded(pair[1].answer()).await;
    }
    assert_eq!(MOST.load(Ordering::SeqCst), 2);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p5_tasks_that_wait_are_kept_alive_from_receipt() {
    let service = ScriptedService::new();
    let tasks = offer(&service, 3, 60_000);
    let options = ActivityOptions::new().with_heartbeat(Duration::from_secs(10));
    let worker = start(&service, 2, options);
    bounded(service.until(|_| taken(&tasks) == 3)).await;
    sleep(Duration::from_secs(55)).await;
    for task in &tasks {
        let beats = task.heartbeats().len();
        assert!((5..=6).contains(&beats), "{beats}");
    }
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn tasks_that_wait_are_handed_back_at_once_when_the_worker_drains() {
    let service = ScriptedService::new();
    let tasks = offer(&service, 4, 20_000);
    let worker = start(&service, 3, ActivityOptions::new());
    bounded(service.until(|_| taken(&tasks) == 4)).await;
    let begun = Instant::now();
    worker.shutdown.drain();
    for task in &tasks[1..] {
        let answer = bounded(task.answer()).await;
        assert_eq!(answer.error(), Some("Worker.ShuttingDown"));
    }
    assert!(begun.elapsed() < Duration::from_secs(1));
    let total = worker.ended().await.total();
    assert_eq!((total.succeeded, total.handed_back), (1, 3));
}

#[tokio::test(start_paused = true)]
async fn an_abort_hands_everything_back() {
    let service = ScriptedService::new();
    let tasks = offer(&service, 4, 100_000_000);
    let worker = start(&service, 3, ActivityOptions::new());
    bounded(service.until(|_| taken(&tasks) == 4)).await;
    worker.shutdown.abort();
    let total = worker.ended().await.total();
    assert_eq!(total.handed_back, 4);
    assert!(tasks.iter().all(|task| task.answers().len() == 1));
}

#[tokio::test(start_paused = true)]
async fn the_watchdog_counts_from_the_start_of_the_handler() {
    let service = ScriptedService::new();
    let tasks = offer(&service, 4, 6_000);
    let options = ActivityOptions::new().with_stall_after(Duration::from_secs(8));
    let worker = start(&service, 3, options);
    for task in &tasks {
        assert_eq!(bounded(task.answer()).await.output(), Some("6000"));
    }
    let hangs = offer(&service, 1, 100_000_000);
    assert_eq!(
        bounded(hangs[0].answer()).await.error(),
        Some("Worker.Stalled")
    );
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p6_a_task_that_waits_too_long_is_failed_without_being_run() {
    let service = ScriptedService::new();
    let tasks = offer(&service, 2, 25_000);
    let options = ActivityOptions::new().with_timeout(Duration::from_secs(20));
    let worker = start(&service, 1, options);
    let begun = Instant::now();
    assert_eq!(
        bounded(tasks[1].answer()).await.error(),
        Some("States.Timeout")
    );
    assert!(begun.elapsed() <= Duration::from_millis(20_100));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p6_a_task_that_is_gone_while_it_waits_is_not_run() {
    let service = ScriptedService::new();
    let tasks = offer(&service, 3, 60_000);
    let worker = start(&service, 2, ActivityOptions::new());
    bounded(service.until(|_| taken(&tasks) == 3)).await;
    tasks[1].close();
    bounded(tasks[0].answer()).await;
    let begun = Instant::now();
    bounded(tasks[2].answer()).await;
    assert!(begun.elapsed() <= Duration::from_secs(61), "it ran next");
    assert_eq!(service.calls(Operation::Fail).len(), 0);
    let total = worker.drain().await.total();
    assert_eq!((total.succeeded, total.abandoned), (2, 1));
}
