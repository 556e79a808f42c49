//! P3, P5 and P6 under true parallelism: threads, a heartbeat thread, and the clock of the wall.

use std::time::Duration;

use sfn_worker_core::testing::Operation;
use sfn_worker_core::{
    ActivityContext, ActivityOptions, Disposition, Failure, ServiceError, Worker, activity,
};
use sfn_worker_tests::{Running, TrapService, bounded};
use tokio::task::yield_now;

/// Gives way a few times, and asks for heartbeats on top of those that go out by themselves.
#[activity(heartbeat = "1ms")]
async fn gives_way(context: ActivityContext, times: u64) -> Result<u64, Failure> {
    for turn in 0..times {
        if turn % 5 == 4 {
            // It is noted by the service whether the task is still wanted, not here.
            let _ = context.heartbeat().await;
        }
        yield_now().await;
    }
    Ok(times)
}

fn busy(service: &TrapService) -> Running {
    let options = ActivityOptions::new().with_concurrency(64);
    let builder = Worker::builder(service.clone())
        .activity_with::<gives_way>(options)
        .polls(4..=16)
        .heartbeat_budget(1_000_000)
        .heartbeat_thread(true);
    Running::start(builder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p3_calls_for_a_token_neither_overlap_nor_come_too_late_in_parallel() {
    let service = TrapService::new();
    for turn in 0..200 {
        match turn % 3 {
            0 => service.script.lose_next_answer(Operation::Heartbeat),
            1 => service
                .script
                .delay_next(Operation::Heartbeat, Duration::from_millis(3)),
            _ => service
                .script
                .delay_next(Operation::Succeed, Duration::from_millis(2)),
        }
    }
    let tasks: Vec<_> = (0..2_000)
        .map(|number| {
            service
                .script
                .offer("gives_way", &(number % 23).to_string())
        })
        .collect();
    let worker = busy(&service);
    for task in &tasks {
        bounded(task.answer()).await;
    }
    worker.shutdown.abort();
    let total = worker.ended().await.total();
    assert!(tasks.iter().all(|task| task.answers().len() == 1));
    assert_eq!((total.received, total.succeeded), (2_000, 2_000));
    assert_eq!(service.script.overlapping_calls(), 0);
    assert_eq!(service.late_calls(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p6_nothing_is_sent_for_tasks_that_are_gone_in_parallel() {
    let service = TrapService::new();
    for _ in 0..100 {
        let error = ServiceError::new(Disposition::Transient, "connection reset");
        service.script.refuse_next(Operation::Succeed, error);
    }
    let tasks: Vec<_> = (0..400)
        .map(|_| service.script.offer("gives_way", "50"))
        .collect();
    let worker = busy(&service);
    for (number, task) in tasks.iter().enumerate() {
        if number % 2 == 0 {
            bounded(service.script.until(|_| task.is_taken())).await;
            task.close();
        }
    }
    for task in tasks.iter().skip(1).step_by(2) {
        bounded(task.answer()).await;
    }
    worker.shutdown.abort();
    let total = worker.ended().await.total();
    assert_eq!(total.received, 400);
    assert_eq!(total.succeeded + total.abandoned, 400, "{total:?}");
    assert_eq!(service.script.overlapping_calls(), 0);
    assert_eq!(service.late_calls(), 0);
}
