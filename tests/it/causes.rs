//! What a state machine is told of a failure, and what an operator is.

use std::time::Duration;

use sfn_worker_core::testing::{Answer, ScriptedService};
use sfn_worker_core::{
    Activity, ActivityError, Cancelled, ErrorName, Failure, OrFail as _, Tally, Worker, activity,
};
use sfn_worker_tests::activities::panics;
use sfn_worker_tests::{Running, bounded};

use crate::log::{heard, listen};

/// Why a charge failed.
#[derive(Debug, thiserror::Error, ActivityError)]
enum ChargeError {
    #[error("declined with code {code}")]
    #[activity_error(benign, details(code, order))]
    Declined { code: u16, order: String },
    #[error("the bank is busy")]
    #[activity_error(retry(after = "2s"))]
    Busy,
}

/// Why an order failed.
#[derive(Debug, thiserror::Error, ActivityError)]
enum OrderError {
    #[error("order {order} was not charged")]
    #[activity_error(transparent = source)]
    Charge { order: u64, source: ChargeError },
    #[error(transparent)]
    #[activity_error(transparent)]
    Cancelled(#[from] Cancelled),
}

#[activity]
async fn order(code: u16) -> Result<(), OrderError> {
    let source = match code {
        0 => ChargeError::Busy,
        code => ChargeError::Declined {
            code,
            order: "canary-order".to_owned(),
        },
    };
    Err(OrderError::Charge { order: 7, source })
}

#[activity]
async fn parse(text: String) -> anyhow::Result<u8> {
    const NOT_A_NUMBER: ErrorName = ErrorName::from_static("NotANumber");
    Ok(text.parse().or_fail(NOT_A_NUMBER)?)
}

#[activity(blocking)]
fn panics_on_a_thread() -> Result<(), Failure> {
    panic!("canary-panic");
}

/// What a worker with JSON causes answers, what it counts and what it logs.
async fn answer_of<A: Activity>(input: &str) -> (Answer, Tally, String) {
    listen();
    let service = ScriptedService::new();
    let task = service.offer(A::NAME, input);
    let builder = Worker::builder(service).activity::<A>().cause_json(true);
    let worker = Running::start(builder);
    let answer = bounded(task.answer()).await;
    let tally = worker.drain().await.total();
    (answer, tally, heard())
}

fn document(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(answer.cause().unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn details_of_an_inner_error_are_in_the_document() {
    let (answer, tally, log) = answer_of::<order>("51").await;
    assert_eq!(answer.error(), Some("Declined"));
    let cause = document(&answer);
    assert_eq!(cause["message"], "order 7 was not charged");
    assert_eq!(cause["chain"][0], "declined with code 51");
    assert_eq!(cause["details"]["code"], 51);
    assert_eq!(cause["details"]["order"], "canary-order");
    assert_eq!((tally.failed, tally.benign), (1, 1));
    assert!(!log.contains("WARN"), "{log}");
    assert!(!log.contains("canary-order"), "{log}");
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_not_benign_is_a_warning_by_name() {
    let (answer, tally, log) = answer_of::<order>("0").await;
    assert_eq!(answer.error(), Some("Busy"));
    assert_eq!(document(&answer).get("details"), None);
    assert_eq!((tally.failed, tally.benign), (1, 0));
    let line = log.lines().find(|line| line.contains("WARN")).unwrap();
    assert!(line.contains(r#"the task failed error="Busy""#), "{line}");
    assert!(line.contains("activity=order"), "{line}");
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_has_a_place_in_the_cause_and_in_the_log() {
    let (answer, _, log) = answer_of::<panics>("null").await;
    assert_eq!(answer.error(), Some("Worker.HandlerPanicked"));
    let cause = document(&answer);
    let place = cause["location"].as_str().unwrap();
    assert!(place.contains("activities.rs:"), "{place}");
    assert!(
        cause["message"].as_str().unwrap().contains(place),
        "{cause}"
    );
    let line = log.lines().find(|line| line.contains("ERROR")).unwrap();
    assert!(line.contains(place), "{line}");
    assert!(!line.contains("sky is falling"), "{line}");
}

#[tokio::test]
async fn p7_a_panic_on_a_thread_has_its_place_too() {
    let service = ScriptedService::new();
    let task = service.offer("panics_on_a_thread", "null");
    let builder = Worker::builder(service).activity::<panics_on_a_thread>();
    let worker = Running::start(builder);
    let answer = bounded(task.answer()).await;
    let cause = answer.cause().unwrap();
    assert!(cause.contains("causes.rs:"), "{cause}");
    assert!(cause.ends_with(": canary-panic"), "{cause}");
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn a_name_given_on_the_way_is_sent_through_anyhow() {
    let (answer, ..) = answer_of::<parse>(r#""seven""#).await;
    assert_eq!(answer.error(), Some("NotANumber"));
    assert_eq!(
        document(&answer)["message"],
        "invalid digit found in string"
    );
}

/// Waits for longer than its limit, and then says that it was cancelled.
#[activity(timeout = "1s")]
async fn waits(context: sfn_worker_core::ActivityContext) -> Result<(), OrderError> {
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        context.check()?;
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_handler_may_return_that_as_its_error() {
    let (answer, ..) = answer_of::<waits>("null").await;
    assert_eq!(answer.error(), Some("States.Timeout"));
}
