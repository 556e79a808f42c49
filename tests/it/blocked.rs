//! P5: heartbeats do not depend on handlers, even when those block every thread there is.
//!
//! The threads are blocked for real. The heartbeats' own clock jumps ahead whenever nothing is to
//! be done, so that minutes pass for them while everything else stands still.

use std::time::Duration;

use sfn_worker_core::testing::{ScriptedService, ScriptedTask};
use sfn_worker_core::{Failure, Worker, activity};
use sfn_worker_tests::{Gate, Running, bounded};

const INTERVAL: Duration = Duration::from_secs(5);
const BLOCKED: Duration = Duration::from_secs(120);

static ONE_THREAD: Gate = Gate::new();
static FOUR_THREADS: Gate = Gate::new();

#[activity(heartbeat = "5s")]
async fn blocks_one_thread() -> Result<(), Failure> {
    ONE_THREAD.pass();
    Ok(())
}

#[activity(heartbeat = "5s")]
async fn blocks_four_threads() -> Result<(), Failure> {
    FOUR_THREADS.pass();
    Ok(())
}

/// Waits until a task has been kept alive for a time from now on, on the clock of the heartbeats.
async fn kept_alive(service: &ScriptedService, task: &ScriptedTask, time: Duration) {
    let from = task.heartbeats().len();
    let is_over = || {
        let beats = task.heartbeats();
        let span = beats.last().zip(beats.get(from));
        span.is_some_and(|(last, first)| *last - *first >= time)
    };
    bounded(service.until(|_| is_over())).await;
}

fn latest_gap(task: &ScriptedTask) -> Duration {
    let beats = task.heartbeats();
    let gaps = beats.windows(2).map(|pair| pair[1] - pair[0]);
    gaps.max().unwrap_or(Duration::MAX)
}

/// A timer rounds up to the next millisecond.
fn is_in_time(gap: Duration) -> bool {
    gap <= INTERVAL + Duration::from_millis(2)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p5_no_heartbeat_is_late_while_handlers_block_every_thread_for_two_minutes() {
    let service = ScriptedService::new();
    // Four block the four threads; the others were received and never even get to their handlers.
    let tasks: Vec<_> = (0..8)
        .map(|_| service.offer("blocks_four_threads", "null"))
        .collect();
    let builder = Worker::builder(service.clone())
        .activity::<blocks_four_threads>()
        .polls(1..=1)
        .virtual_heartbeat_thread();
    let worker = Running::start(builder);
    FOUR_THREADS.until_blocked(4);

    for task in tasks.iter().filter(|task| task.is_taken()) {
        kept_alive(&service, task, BLOCKED).await;
        assert!(is_in_time(latest_gap(task)), "{:?}", latest_gap(task));
    }
    FOUR_THREADS.open();
    for task in &tasks {
        assert_eq!(bounded(task.answer()).await.output(), Some("null"));
    }
    worker.shutdown.abort();
    assert_eq!(worker.ended().await.total().succeeded, 8);
}

#[tokio::test]
async fn p5_a_task_is_kept_alive_from_receipt_even_if_its_handler_gets_no_thread() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..3)
        .map(|_| service.offer("blocks_one_thread", "null"))
        .collect();
    let builder = Worker::builder(service.clone())
        .activity::<blocks_one_thread>()
        .polls(1..=1)
        .virtual_heartbeat_thread();
    let worker = builder.build().unwrap();
    let shutdown = worker.shutdown_handle();
    // The only thread of this runtime takes all three tasks before it runs the first one.
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(worker.run())
    });
    ONE_THREAD.until_blocked(1);
    assert!(tasks.iter().all(ScriptedTask::is_taken));

    let beating = |task: &ScriptedTask| !task.heartbeats().is_empty();
    bounded(service.until(|_| tasks.iter().any(beating))).await;
    let first = tasks.iter().find(|task| beating(task)).unwrap();
    kept_alive(&service, first, BLOCKED).await;
    for task in &tasks {
        assert!(beating(task), "received, waiting, and not kept alive");
        assert!(is_in_time(latest_gap(task)), "{:?}", latest_gap(task));
    }
    ONE_THREAD.open();
    for task in &tasks {
        assert_eq!(bounded(task.answer()).await.output(), Some("null"));
    }
    shutdown.abort();
    assert_eq!(thread.join().unwrap().total().succeeded, 3);
}
