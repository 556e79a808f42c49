//! Handlers: what they take, where they run, what bounds them. P8: memory is bounded by slots.

use std::time::Duration;

use sfn_worker_core::testing::{self, Answer, Operation, ScriptedService};
use sfn_worker_core::{ActivityOptions, Disposition, ServiceError, Worker};
use sfn_worker_tests::activities::{charge, echo, sums};
use sfn_worker_tests::{Running, bounded};
use tokio::time::sleep;

#[tokio::test]
async fn a_blocking_handler_runs_and_returns() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..8).map(|_| service.offer("sums", "1000")).collect();
    let worker = Running::start(Worker::builder(service).activity::<sums>());
    for task in &tasks {
        assert_eq!(bounded(task.answer()).await.output(), Some("500500"));
    }
    worker.shutdown.abort();
    assert_eq!(worker.ended().await.total().succeeded, 8);
}

#[tokio::test(start_paused = true)]
async fn p8_what_is_held_is_bounded_while_reports_do_not_get_through() {
    let service = ScriptedService::new();
    for _ in 0..100_000 {
        let error = ServiceError::new(Disposition::Transient, "connection reset");
        service.refuse_next(Operation::Succeed, error);
    }
    let tasks: Vec<_> = (0..100).map(|_| service.offer("echo", "1")).collect();
    let options = ActivityOptions::new().with_concurrency(3);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<echo>(options));

    sleep(Duration::from_secs(600)).await;
    // Sixteen tasks wait to be reported, three more hold the slots, nothing else was taken.
    assert_eq!(tasks.iter().filter(|task| task.is_taken()).count(), 16 + 3);
    assert_eq!(service.open_polls(), 0);
    worker.shutdown.abort();
    assert_eq!(worker.ended().await.total().undelivered, 19);
}

#[tokio::test(start_paused = true)]
async fn p8_nothing_is_taken_ahead_of_the_slots() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..1_000).map(|_| service.offer("echo", "1")).collect();
    service.delay_next(Operation::Succeed, Duration::from_secs(1));
    let worker = Running::start(
        Worker::builder(service.clone())
            .activity::<echo>()
            .polls(8..=8),
    );
    for task in &tasks {
        bounded(task.answer()).await;
    }
    assert!(service.most_open_polls() <= 8);
    assert_eq!(worker.drain().await.total().succeeded, 1_000);
}

/// Texts that no input should be, and some that are unusual and right.
fn strange_inputs() -> Vec<String> {
    let deep = |open: &str, close: &str| open.repeat(60_000) + &close.repeat(60_000);
    let mut inputs: Vec<String> = [
        "",
        " ",
        "\0",
        "\u{feff}{\"cents\": 1}",
        "NaN",
        "-Infinity",
        "1e999999",
        "{\"cents\": 1e999999}",
        "{\"cents\": -0}",
        "{\"cents\": 18446744073709551616}",
        "{\"cents\": 1, \"cents\": 2}",
        "{\"cents\": \"\\ud800\"}",
        "{\"\\ud800\": 1}",
        "\"\\udc00\\ud800\"",
        "{\"cents\": 1",
        "{\"cents\": 1}}",
        "{'cents': 1}",
        "{\"cents\": 1,}",
        "// no comment\n{\"cents\": 1}",
        "{\"sfnWorker\": {\"timeoutSeconds\": 1e999}, \"input\": {\"cents\": 1}}",
        "{\"sfnWorker\": [], \"input\": }",
        "{\"sfnWorker\": {\"traceparent\": \"00--\"}, \"input\": \"\\ud800\"}",
    ]
    .map(str::to_owned)
    .into();
    inputs.push(deep("[", "]"));
    inputs.push(deep("{\"cents\":", "}"));
    inputs.push(format!(
        "{{\"sfnWorker\": {0}, \"input\": {0}}}",
        deep("[", "]")
    ));
    // Every beginning of an input, and inputs with a byte that is another one.
    let right = "{\"sfnWorker\": {\"retryCount\": 1}, \"input\": {\"cents\": \"\\u00fc\"}}";
    let random = &mut fastrand::Rng::with_seed(7);
    for end in 0..right.len() {
        inputs.push(right[..end].to_owned());
        let mut bytes = right.as_bytes().to_vec();
        bytes[end] = random.u8(b' '..=b'~');
        inputs.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    inputs
}

#[tokio::test(start_paused = true)]
async fn p7_no_input_takes_the_worker_down() {
    let service = ScriptedService::new();
    let worker = testing::worker(&service).activity::<echo>();
    let mut worker = worker.activity::<charge>().start();
    let inputs = strange_inputs();
    let offered: Vec<_> = ["echo", "charge-card"]
        .iter()
        .flat_map(|name| inputs.iter().map(|input| service.offer(name, input)))
        .collect();
    for task in &offered {
        if let Answer::Failed { error, cause } = bounded(task.answer()).await {
            let expected = ["Worker.InputInvalid", "States.Permissions", "CardDeclined"];
            assert!(expected.contains(&error.as_str()), "{error}: {cause}");
        }
    }
    let total = worker.drain().await.total();
    assert_eq!(total.received, total.succeeded + total.failed);
    assert!(total.succeeded > 10 && total.failed > 200, "{total:?}");
    worker.assert_nothing_lost();
}
