//! P3: every task received is answered exactly once; P4: a lost answer is told apart.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{Disposition, ServiceError, Worker};
use sfn_worker_tests::activities::{echo, nameless, sleeps};
use sfn_worker_tests::{Running, TrapService, Trapped, bounded};
use tokio::time::Instant;

fn transient() -> ServiceError {
    ServiceError::new(Disposition::Transient, "connection reset")
}

fn refused(code: &str) -> ServiceError {
    ServiceError::new(Disposition::Refused, "no").with_code(code)
}

#[tokio::test(start_paused = true)]
async fn p3_a_report_is_repeated_until_the_service_takes_it() {
    let service = ScriptedService::new();
    for _ in 0..100 {
        service.refuse_next(Operation::Succeed, transient());
    }
    let task = service.offer("echo", "1");
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    let summary = worker.drain().await;
    assert_eq!(task.answers().len(), 1);
    assert_eq!(service.calls(Operation::Succeed).len(), 101);
    assert_eq!(summary.total().succeeded, 1);
}

#[tokio::test(start_paused = true)]
async fn p3_every_task_is_answered_exactly_once_under_random_trouble() {
    let service = ScriptedService::new();
    for turn in 0..200 {
        match turn % 4 {
            0 => service.refuse_next(Operation::Succeed, transient()),
            1 => service.lose_next_answer(Operation::Succeed),
            2 => service.delay_next(Operation::Succeed, Duration::from_secs(3)),
            _ => service.refuse_next(Operation::Poll, transient()),
        }
    }
    let tasks: Vec<_> = (0..300)
        .map(|number| service.offer("sleeps", &(number * 7 % 400).to_string()))
        .collect();
    let worker = Running::start(Worker::builder(service.clone()).activity::<sleeps>());
    for task in &tasks {
        bounded(task.answer()).await;
    }
    let total = worker.drain().await.total();
    assert!(tasks.iter().all(|task| task.answers().len() == 1));
    assert_eq!(total.received, 300);
    assert_eq!(total.succeeded + total.probably_delivered, 300);
    assert_eq!(service.overlapping_calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn p4_a_closed_token_after_a_lost_answer_counts_as_probably_delivered() {
    let service = ScriptedService::new();
    service.lose_next_answer(Operation::Succeed);
    let task = service.offer("echo", "1");
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    bounded(task.answer()).await;
    bounded(service.until(|service| service.calls(Operation::Succeed).len() == 2)).await;
    let total = worker.drain().await.total();
    assert_eq!((total.probably_delivered, total.abandoned), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn p4_a_closed_token_after_a_refused_attempt_does_not() {
    let service = ScriptedService::new();
    service.refuse_next(Operation::Succeed, transient());
    let task = service.offer("sleeps", "1000");
    let worker = Running::start(Worker::builder(service.clone()).activity::<sleeps>());
    bounded(service.until(|service| service.calls(Operation::Succeed).len() == 1)).await;
    task.close();
    let total = worker.drain().await.total();
    assert_eq!((total.probably_delivered, total.abandoned), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn p3_a_refused_output_becomes_a_named_failure() {
    let service = ScriptedService::new();
    service.refuse_next(Operation::Succeed, refused("InvalidOutput"));
    let task = service.offer("echo", "1");
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    let answer = bounded(task.answer()).await;
    assert_eq!(answer.error(), Some("Worker.OutputInvalid"));
    assert_eq!(worker.drain().await.total().failed, 1);
}

#[tokio::test(start_paused = true)]
async fn p3_a_name_that_the_service_refuses_falls_back_to_its_twin() {
    let service = ScriptedService::new();
    service.refuse_next(Operation::Fail, refused("ValidationException"));
    let task = service.offer("nameless", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<nameless>());
    assert_eq!(
        bounded(task.answer()).await.error(),
        Some("Worker.TaskFailed")
    );
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p3_a_failure_refused_in_every_form_is_counted_as_not_delivered() {
    let service = ScriptedService::new();
    for _ in 0..3 {
        service.refuse_next(Operation::Fail, refused("ValidationException"));
    }
    let _task = service.offer("nameless", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<nameless>());
    bounded(service.until(|service| service.calls(Operation::Fail).len() == 3)).await;
    let summary = worker.drain().await;
    assert_eq!(summary.total().undelivered, 1);
}

#[tokio::test(start_paused = true)]
async fn a_report_that_is_denied_is_kept_and_repeated_slowly() {
    let service = ScriptedService::new();
    for _ in 0..5 {
        let error = ServiceError::new(Disposition::Denied, "not authorized");
        service.refuse_next(Operation::Succeed, error.with_code("AccessDeniedException"));
    }
    let task = service.offer("echo", "1");
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    let begun = Instant::now();
    assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    assert!(
        begun.elapsed() > Duration::from_secs(60),
        "{:?}",
        begun.elapsed()
    );
    worker.drain().await;
}

#[tokio::test]
async fn the_scripted_service_knows_only_its_own_tokens() {
    use sfn_worker_core::{ActivityService as _, TaskToken};

    let service = ScriptedService::new();
    let error = service
        .heartbeat(&TaskToken::new("made up"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("InvalidToken"));
}

#[tokio::test(start_paused = true)]
async fn p3_a_report_that_panics_in_the_service_is_repeated() {
    let service = TrapService::new();
    service.set(Operation::Succeed, 3, Trapped::Panics);
    let task = service.script.offer("echo", "1");
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    assert_eq!(worker.drain().await.total().succeeded, 1);
}
