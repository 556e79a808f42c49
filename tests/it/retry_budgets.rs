//! P9: polls never starve reports, and throttling slows polling first.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{ActivityOptions, Disposition, ServiceError, Worker};
use sfn_worker_tests::activities::{echo, sleeps};
use sfn_worker_tests::{Running, bounded};
use tokio::time::{Instant, sleep};

fn refuse(service: &ScriptedService, operation: Operation, times: usize, how: Disposition) {
    for _ in 0..times {
        service.refuse_next(operation, ServiceError::new(how, "not now"));
    }
}

#[tokio::test(start_paused = true)]
async fn p9_reports_and_heartbeats_go_through_while_polls_fail_for_minutes() {
    for how in [
        Disposition::Throttled,
        Disposition::Transient,
        Disposition::Denied,
    ] {
        let service = ScriptedService::new();
        let tasks: Vec<_> = (1..=10)
            .map(|minute| service.offer("sleeps", &(minute * 60_000).to_string()))
            .collect();
        let worker = Running::start(Worker::builder(service.clone()).activity::<sleeps>());
        bounded(service.until(|_| tasks.iter().all(|task| task.is_taken()))).await;
        let begun = Instant::now();
        refuse(&service, Operation::Poll, 100_000, how);
        for (minute, task) in (1..).zip(&tasks) {
            bounded(task.answer()).await;
            let late = begun.elapsed() - Duration::from_secs(60) * minute;
            assert!(late <= Duration::from_millis(10), "{how:?}: {late:?}");
            // One every ten seconds, the first one earlier by chance.
            let beats = u32::try_from(task.heartbeats().len()).unwrap();
            assert!(
                (minute * 6 - 1..=minute * 6 + 1).contains(&beats),
                "{beats}"
            );
        }
        worker.shutdown.abort();
        worker.ended().await;
    }
}

#[tokio::test(start_paused = true)]
async fn p9_reports_slow_polling_when_most_are_throttled_and_are_repeated_themselves() {
    let polls_in_two_seconds = async |throttled: usize| {
        let service = ScriptedService::new();
        let options = ActivityOptions::new().with_concurrency(1);
        let builder = Worker::builder(service.clone()).activity_with::<sleeps>(options);
        let tasks: Vec<_> = (0..1_000).map(|_| service.offer("sleeps", "100")).collect();
        let worker = Running::start(builder);
        // Ten polls a second until now.
        bounded(tasks[199].answer()).await;
        refuse(
            &service,
            Operation::Succeed,
            throttled,
            Disposition::Throttled,
        );
        sleep(Duration::from_secs(3)).await;
        let from = Instant::now();
        sleep(Duration::from_secs(2)).await;
        let polls = service.calls(Operation::Poll);
        // What was refused comes through.
        bounded(tasks[210].answer()).await;
        worker.shutdown.abort();
        worker.ended().await;
        polls.into_iter().filter(|at| *at >= from).count()
    };
    let free = polls_in_two_seconds(0).await;
    assert!(free >= 19, "{free}");
    // One says little: calls have buckets of their own.
    assert_eq!(polls_in_two_seconds(1).await, free);
    let slowed = polls_in_two_seconds(100).await;
    assert!(slowed < free / 2, "{slowed} instead of {free}");
}

#[tokio::test(start_paused = true)]
async fn p9_reports_that_fail_do_not_wait_for_each_other_or_for_polls() {
    let service = ScriptedService::new();
    let stuck = service.offer("echo", "1");
    refuse(&service, Operation::Succeed, 1, Disposition::Denied);
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    bounded(service.until(|service| service.calls(Operation::Succeed).len() == 1)).await;
    let begun = Instant::now();
    let others: Vec<_> = (0..100).map(|_| service.offer("echo", "2")).collect();
    for task in &others {
        bounded(task.answer()).await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
    assert!(stuck.answers().is_empty());
    bounded(stuck.answer()).await;
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p9_the_limit_of_polls_of_one_activity_slows_no_other() {
    let polls_go_on = async |error: ServiceError| {
        let service = ScriptedService::new();
        let builder = Worker::builder(service.clone())
            .activity::<echo>()
            .activity::<sleeps>()
            .polls(1..=1);
        let worker = Running::start(builder);
        bounded(service.until(|service| service.open_polls() == 2)).await;
        // Its next poll is refused; the poll of the other activity is open.
        service.refuse_next(Operation::Poll, error);
        let last = service.offer("echo", "1");
        bounded(last.answer()).await;
        bounded(service.until(|service| service.calls(Operation::Poll).len() == 3)).await;

        let begun = Instant::now();
        let others: Vec<_> = (0..100).map(|_| service.offer("sleeps", "1")).collect();
        for task in &others {
            bounded(task.answer()).await;
        }
        let took = begun.elapsed();
        worker.shutdown.abort();
        worker.ended().await;
        took
    };
    let limited = || ServiceError::new(Disposition::Throttled, "too many");
    let of_the_activity = polls_go_on(limited().with_too_many_polls()).await;
    assert!(
        of_the_activity < Duration::from_secs(1),
        "{of_the_activity:?}"
    );
    let of_the_account = polls_go_on(limited()).await;
    assert!(
        of_the_account > Duration::from_secs(10),
        "{of_the_account:?}"
    );
}
