//! P7: a handler cannot take the worker down; the error names of every kind of failure.

use std::time::Duration;

use sfn_worker_core::testing::{Answer, ScriptedService};
use sfn_worker_core::{Activity, Worker};
use sfn_worker_tests::activities::{
    charge, echo, nameless, overruns, oversized, panics, panics_blocking, unencodable,
};
use sfn_worker_tests::{Running, bounded};
use tokio::time::Instant;

/// What a worker answers for one task of an activity, and whether it lives on.
async fn answer_of<A: Activity>(input: &str) -> Answer {
    let service = ScriptedService::new();
    let task = service.offer(A::NAME, input);
    let worker = Running::start(Worker::builder(service.clone()).activity::<A>());
    let answer = bounded(task.answer()).await;
    // The worker still polls: nothing a handler did has stopped it.
    bounded(service.until(|service| service.open_polls() > 0)).await;
    worker.drain().await;
    assert_eq!(task.answers().len(), 1);
    answer
}

#[track_caller]
fn assert_failed(answer: &Answer, error: &str, cause: &str) {
    assert_eq!(answer.error(), Some(error));
    let given = answer.cause().unwrap_or_default();
    assert!(
        given.contains(cause),
        "{given:?} does not contain {cause:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_becomes_a_failure() {
    let answer = answer_of::<panics>("null").await;
    assert_failed(&answer, "Worker.HandlerPanicked", "the sky is falling");
}

#[tokio::test]
async fn p7_a_panic_of_a_blocking_handler_becomes_a_failure() {
    let service = ScriptedService::new();
    let task = service.offer("panics_blocking", "null");
    let worker = Running::start(Worker::builder(service).activity::<panics_blocking>());
    let answer = bounded(task.answer()).await;
    assert_failed(&answer, "Worker.HandlerPanicked", "the ground is falling");
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn p7_an_input_that_does_not_decode_becomes_a_failure() {
    for input in [r#"{"cents":"4111 1111"}"#, "", "not json", "[]"] {
        let answer = answer_of::<charge>(input).await;
        assert_failed(&answer, "Worker.InputInvalid", "charge-card");
        assert!(!answer.cause().unwrap().contains("4111"), "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn p7_an_output_that_does_not_encode_becomes_a_failure() {
    let answer = answer_of::<unencodable>("null").await;
    assert_failed(&answer, "Worker.OutputInvalid", "key must be a string");
}

#[tokio::test(start_paused = true)]
async fn p7_an_output_above_the_limit_becomes_a_failure() {
    let answer = answer_of::<oversized>("null").await;
    assert_failed(&answer, "States.DataLimitExceeded", "262146 bytes");
}

#[tokio::test(start_paused = true)]
async fn p7_a_handler_that_overruns_its_limit_is_cancelled_and_fails_as_a_timeout() {
    let begun = Instant::now();
    let answer = answer_of::<overruns>("null").await;
    assert_failed(&answer, "States.Timeout", "30s");
    // The limit, five seconds to stop by itself, and the poll of the drain.
    assert!(
        begun.elapsed() < Duration::from_secs(30 + 5 + 61),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_has_the_name_that_its_variant_gives_it() {
    let answer = answer_of::<charge>(r#"{"cents":100}"#).await;
    assert_failed(
        &answer,
        "CardDeclined",
        "the card was declined: do not honour",
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_that_says_so_fails_as_permissions() {
    let answer = answer_of::<charge>(r#"{"cents":0}"#).await;
    assert_failed(&answer, "States.Permissions", "may not charge");
}

#[tokio::test(start_paused = true)]
async fn an_error_without_a_name_fails_as_task_failed() {
    let answer = answer_of::<nameless>("null").await;
    assert_failed(&answer, "States.TaskFailed", "outer: inner");
}

#[tokio::test(start_paused = true)]
async fn reserved_names_can_be_replaced_by_their_twins() {
    let service = ScriptedService::new();
    let task = service.offer("nameless", "null");
    let builder = Worker::builder(service)
        .activity::<nameless>()
        .reserved_names(false);
    let worker = Running::start(builder);
    assert_failed(&bounded(task.answer()).await, "Worker.TaskFailed", "outer");
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn causes_can_be_json_documents() {
    let service = ScriptedService::new();
    let task = service.offer("charge-card", r#"{"cents":100}"#);
    let builder = Worker::builder(service)
        .activity::<charge>()
        .cause_json(true)
        .name("w-1");
    let worker = Running::start(builder);
    let answer = bounded(task.answer()).await;
    let cause: serde_json::Value = serde_json::from_str(answer.cause().unwrap()).unwrap();
    assert_eq!(cause["message"], "the card was declined");
    assert_eq!(cause["chain"][0], "do not honour");
    assert_eq!(cause["activity"], "charge-card");
    assert_eq!(cause["worker"], "w-1");
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p7_the_worker_goes_on_after_every_kind_of_failure() {
    let service = ScriptedService::new();
    let failing = [
        service.offer("panics", "null"),
        service.offer("charge-card", "7"),
        service.offer("oversized", "null"),
    ];
    let builder = Worker::builder(service.clone())
        .activity::<panics>()
        .activity::<charge>()
        .activity::<oversized>()
        .activity::<echo>();
    let worker = Running::start(builder);
    for task in &failing {
        assert!(bounded(task.answer()).await.error().is_some());
    }
    let after = service.offer("echo", "1");
    assert_eq!(bounded(after.answer()).await.output(), Some("1"));
    let summary = worker.drain().await;
    assert_eq!((summary.total().failed, summary.total().succeeded), (3, 1));
}
