//! P7: wherever a handler panics, its task fails under a name and the worker goes on.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sfn_worker_core::testing::{Answer, ScriptedService};
use sfn_worker_core::{Activity, ActivityContext, ActivityOptions, Failure, Worker, activity};
use sfn_worker_tests::{Running, bounded};
use tokio::time::sleep;

use crate::log::{heard, listen};

/// What panics when it is dropped.
struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        // One panic at a time: a second one on the way of the first ends the process.
        if !std::thread::panicking() {
            panic!("dropped");
        }
    }
}

/// Panics when it is encoded.
struct PanicsOutward;

impl Serialize for PanicsOutward {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("encoded");
    }
}

/// Panics when it is decoded.
struct PanicsInward;

impl<'de> Deserialize<'de> for PanicsInward {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("decoded");
    }
}

#[activity]
async fn panics_outward() -> Result<PanicsOutward, Failure> {
    Ok(PanicsOutward)
}

#[activity]
async fn panics_inward(_input: PanicsInward) -> Result<(), Failure> {
    Ok(())
}

#[activity]
async fn panics_with_a_number() -> Result<(), Failure> {
    std::panic::panic_any(7_u32)
}

#[activity]
async fn panics_with_a_panic() -> Result<(), Failure> {
    std::panic::panic_any(PanicsOnDrop)
}

#[activity(blocking)]
fn panics_with_a_panic_blocking() -> Result<(), Failure> {
    std::panic::panic_any(PanicsOnDrop)
}

/// Its future panics when it is dropped, finished or not.
#[activity]
async fn panics_when_dropped(milliseconds: u64) -> Result<(), Failure> {
    let held = PanicsOnDrop;
    sleep(Duration::from_millis(milliseconds)).await;
    drop(held);
    Ok(())
}

#[activity]
async fn panics_when_cancelled(context: ActivityContext) -> Result<(), Failure> {
    context.cancelled().await;
    panic!("canary of a last word");
}

/// What a worker answers for one task of an activity; it then runs another one.
async fn answer_of<A: Activity>(input: &str, options: ActivityOptions) -> Answer {
    let service = ScriptedService::new();
    let options = options.with_concurrency(1);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<A>(options));
    let tasks = [service.offer(A::NAME, input), service.offer(A::NAME, input)];
    for task in &tasks {
        bounded(task.answer()).await;
    }
    worker.drain().await;
    assert!(tasks.iter().all(|task| task.answers().len() == 1));
    tasks[1].answers().remove(0)
}

#[track_caller]
fn assert_panicked(answer: &Answer, text: &str) {
    assert_eq!(answer.error(), Some("Worker.HandlerPanicked"));
    assert!(answer.cause().unwrap().contains(text), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_of_decoding_or_encoding_becomes_a_failure() {
    let answer = answer_of::<panics_inward>("null", ActivityOptions::new()).await;
    assert_panicked(&answer, "decoded");
    let answer = answer_of::<panics_outward>("null", ActivityOptions::new()).await;
    assert_panicked(&answer, "encoded");
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_without_text_becomes_a_failure() {
    let answer = answer_of::<panics_with_a_number>("null", ActivityOptions::new()).await;
    assert_panicked(&answer, "not text");
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_that_carries_another_one_becomes_a_failure() {
    let answer = answer_of::<panics_with_a_panic>("null", ActivityOptions::new()).await;
    assert_panicked(&answer, "not text");
}

#[tokio::test]
async fn p7_a_blocking_panic_that_carries_another_one_becomes_a_failure() {
    let service = ScriptedService::new();
    let tasks = [
        service.offer("panics_with_a_panic_blocking", "null"),
        service.offer("panics_with_a_panic_blocking", "null"),
    ];
    let builder = Worker::builder(service.clone()).activity::<panics_with_a_panic_blocking>();
    let worker = Running::start(builder);
    for task in &tasks {
        assert_panicked(&bounded(task.answer()).await, "not text");
    }
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_at_the_end_of_a_handler_becomes_a_failure() {
    let answer = answer_of::<panics_when_dropped>("1", ActivityOptions::new()).await;
    assert_panicked(&answer, "dropped");
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_of_a_handler_that_is_given_up_changes_nothing() {
    let options = ActivityOptions::new().with_timeout(Duration::from_secs(5));
    let answer = answer_of::<panics_when_dropped>("100000000", options).await;
    assert_eq!(answer.error(), Some("States.Timeout"));
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_of_a_cancelled_handler_is_told_though_it_is_not_sent() {
    listen();
    let options = ActivityOptions::new().with_timeout(Duration::from_secs(5));
    let answer = answer_of::<panics_when_cancelled>("null", options).await;
    assert_eq!(answer.error(), Some("States.Timeout"));
    let log = heard();
    assert_eq!(log.matches("the handler panicked").count(), 2, "{log}");
    assert!(log.contains("panics.rs:"), "its place: {log}");
    assert!(!log.contains("canary of a last word"), "{log}");
}
