//! P11: outages heal, and are said once.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{Disposition, ServiceError, Worker};
use sfn_worker_tests::activities::{echo, sleeps};
use sfn_worker_tests::{Running, TrapService, Trapped, bounded};
use tokio::time::{Instant, sleep, timeout};

use crate::log::{heard, listen};

/// A kind of outage, and the error that it shows itself by.
type Outage = (&'static str, fn() -> ServiceError);

const OUTAGES: [Outage; 7] = [
    ("endpoint down", || {
        ServiceError::new(Disposition::Transient, "connection refused")
    }),
    ("no name resolution", || {
        ServiceError::new(Disposition::Transient, "dns error")
    }),
    ("expired credentials", || {
        ServiceError::new(Disposition::Denied, "expired").with_code("ExpiredTokenException")
    }),
    ("throttling", || {
        ServiceError::new(Disposition::Throttled, "Rate exceeded").with_code("ThrottlingException")
    }),
    ("missing activity", || {
        ServiceError::new(Disposition::Denied, "Activity Does Not Exist").with_activity_missing()
    }),
    ("too many polls", || {
        ServiceError::new(Disposition::Throttled, "too many").with_too_many_polls()
    }),
    ("a bug of the service", || {
        ServiceError::new(Disposition::Refused, "what is that")
    }),
];

/// How many lines of a level say something.
fn said(log: &str, level: &str, text: &str) -> usize {
    log.lines()
        .filter(|line| line.contains(level) && line.contains(text))
        .count()
}

#[tokio::test(start_paused = true)]
async fn p11_every_kind_of_outage_heals_and_is_said_once() {
    for (kind, error) in OUTAGES {
        listen();
        let service = ScriptedService::new();
        for _ in 0..4 {
            service.refuse_next(Operation::Poll, error());
        }
        let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
        let task = service.offer("echo", "1");
        assert_eq!(bounded(task.answer()).await.output(), Some("1"), "{kind}");
        worker.drain().await;
        let log = heard();
        assert_eq!(said(&log, "WARN", "polling fails"), 1, "{kind}:\n{log}");
        assert_eq!(said(&log, "INFO", "polling works again"), 1, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn p11_an_outage_that_lasts_is_mentioned_less_and_less() {
    listen();
    let service = ScriptedService::new();
    for _ in 0..100_000 {
        let error = ServiceError::new(Disposition::Transient, "connection refused");
        service.refuse_next(Operation::Poll, error);
    }
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .polls(8..=8);
    let worker = Running::start(builder);
    sleep(Duration::from_secs(3 * 3_600)).await;
    worker.shutdown.abort();
    worker.ended().await;
    let log = heard();
    assert_eq!(said(&log, "WARN", "polling fails"), 1);
    // After one minute, five more, fifteen more, and then after every hour.
    assert_eq!(said(&log, "WARN", "polling still fails"), 5);
}

#[tokio::test(start_paused = true)]
async fn p11_answers_to_polls_from_before_an_outage_do_not_end_it() {
    listen();
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<sleeps>()
        .polls(4..=4);
    let worker = Running::start(builder);
    bounded(service.until(|service| service.open_polls() == 4)).await;
    for _ in 0..1_000 {
        let error = ServiceError::new(Disposition::Transient, "connection refused");
        service.refuse_next(Operation::Poll, error);
    }
    // Every open poll brings its task, every new one is refused.
    for _ in 0..4 {
        let task = service.offer("sleeps", "1");
        bounded(task.answer()).await;
        sleep(Duration::from_secs(2)).await;
    }
    let log = heard();
    assert_eq!(said(&log, "WARN", "polling fails"), 1, "{log}");
    assert_eq!(said(&log, "INFO", "polling works again"), 0, "{log}");
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn p11_the_fewest_polls_outlive_a_thousand_failures_of_every_kind() {
    let patience = Duration::from_secs(30 * 86_400);
    for (kind, error) in OUTAGES {
        let service = ScriptedService::new();
        for _ in 0..1_000 {
            service.refuse_next(Operation::Poll, error());
        }
        let builder = Worker::builder(service.clone())
            .activity::<echo>()
            .polls(3..=8);
        let worker = Running::start(builder);
        let healed = service.until(|service| service.open_polls() >= 3);
        assert!(timeout(patience, healed).await.is_ok(), "{kind}");
        let task = service.offer("echo", "1");
        let begun = Instant::now();
        bounded(task.answer()).await;
        assert!(begun.elapsed() < Duration::from_secs(1), "{kind}");
        worker.shutdown.abort();
        worker.ended().await;
    }
}

#[tokio::test(start_paused = true)]
async fn p11_polls_that_panic_in_the_service_are_replaced() {
    let service = TrapService::new();
    service.set(Operation::Poll, 100, Trapped::Panics);
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .polls(3..=8);
    let worker = Running::start(builder);
    bounded(service.script.until(|service| service.open_polls() == 3)).await;
    assert_eq!(service.left(Operation::Poll), 0);
    let task = service.script.offer("echo", "1");
    bounded(task.answer()).await;
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p11_a_worker_that_panicking_polls_have_hit_drains_as_any_other() {
    let service = TrapService::new();
    service.set(Operation::Poll, usize::MAX, Trapped::Panics);
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    sleep(Duration::from_secs(30)).await;
    let begun = Instant::now();
    worker.drain().await;
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
}
