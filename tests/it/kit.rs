//! The test kit: what it says of a handler is what the worker does with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::testing::{self, ActivityTest, ContextBuilder, Operation, ScriptedService};
use sfn_worker_core::{
    ActivityContext, ActivityError, CancelReason, Cancelled, Deadline, Envelope, Execution,
    Failure, FromCall as _, IdempotencyKey, NoEnvelope, State, activities, activity,
};
use sfn_worker_tests::activities::{charge, echo, panics};
use sfn_worker_tests::quiet_panics;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, Serialize, Deserialize)]
struct Walk {
    steps: u64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Walked {
    steps: u64,
    attempt: Option<u32>,
}

#[derive(Debug, thiserror::Error, ActivityError)]
enum WalkError {
    #[error("no more than {0} steps a day")]
    TooFar(u64),
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Takes a step each second.
#[activity(heartbeat = "2s")]
async fn walk(walk: Walk, context: ActivityContext) -> Result<Walked, WalkError> {
    if walk.steps > 100 {
        return Err(WalkError::TooFar(100));
    }
    for step in 1..=walk.steps {
        sleep(SECOND).await;
        context.check()?;
        context.progress(step, walk.steps);
    }
    Ok(Walked {
        steps: walk.steps,
        attempt: context.attempt(),
    })
}

#[tokio::test(start_paused = true)]
async fn a_run_tells_everything_of_a_success() {
    let run = ActivityTest::of::<walk>()
        .attempt(2)
        .input(Walk { steps: 5 })
        .run()
        .await;
    run.assert_succeeded()
        .assert_succeeded_with(json!({"steps": 5, "attempt": 2}))
        .assert_progress(5, 5)
        .assert_took(5 * SECOND)
        .assert_heartbeats(2..=3)
        .assert_kept_alive(3 * SECOND);
    assert_eq!(run.output::<Walked>().attempt, Some(2));
    assert!(run.was_called() && !run.is_detached());
    assert_eq!((run.failure(), run.cancel_reason()), (None, None));
    let done: Vec<u64> = run.progress().iter().map(|note| note.done).collect();
    assert_eq!(done, [1, 2, 3, 4, 5]);
    // The first one comes a little early, so that tasks that began together part.
    assert!(run.heartbeats()[0] <= 2 * SECOND, "{:?}", run.heartbeats());
}

#[tokio::test(start_paused = true)]
async fn a_run_tells_everything_of_a_failure() {
    let run = ActivityTest::of::<walk>()
        .input(json!({"steps": 101}))
        .run()
        .await;
    run.assert_failed("TooFar")
        .assert_failed_because("TooFar", "100 steps")
        .assert_heartbeats(..1);
    assert_eq!(
        run.failure(),
        Some(("TooFar", "no more than 100 steps a day"))
    );
}

#[tokio::test(start_paused = true)]
async fn every_reason_to_cancel_can_be_tried() {
    let cancelled = async |reason| {
        let test = ActivityTest::of::<walk>().input(Walk { steps: 9 });
        test.cancel_after(Duration::from_millis(3_500), reason)
            .run()
            .await
    };
    let run = cancelled(CancelReason::LeaseLost).await;
    run.assert_abandoned()
        .assert_cancelled(CancelReason::LeaseLost)
        .assert_progress(3, 9);
    let run = cancelled(CancelReason::Deadline).await;
    run.assert_failed_because("States.Timeout", "3s 500ms");
    let run = cancelled(CancelReason::Stalled).await;
    run.assert_failed_because("Worker.Stalled", "3s 500ms");
    let run = cancelled(CancelReason::ShuttingDown).await;
    run.assert_failed("Worker.ShuttingDown")
        .assert_took(4 * SECOND);
}

/// Says how much time is left, when it is told that the worker drains.
#[activity]
async fn hurry(context: ActivityContext) -> Result<u64, Failure> {
    context.draining().await;
    Ok(context.time_left().map_or(0, |left| left.as_secs()))
}

#[tokio::test(start_paused = true)]
async fn a_drain_can_be_tried() {
    let run = ActivityTest::of::<hurry>()
        .drain_after(7 * SECOND)
        .run()
        .await;
    // Polls are held for a minute, and the grace period comes on top.
    assert!(run.assert_took(7 * SECOND).output::<u64>() > 60);
}

/// Does nothing until it is given up.
#[activity(stall_after = "1h")]
async fn sleeps(deadline: Option<Deadline>) -> Result<(), Failure> {
    let left = deadline.map(|deadline| deadline.time_left());
    assert!(left.is_none_or(|left| left == 8 * SECOND));
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_is_given_up() {
    let run = ActivityTest::of::<sleeps>()
        .deadline(8 * SECOND)
        .run()
        .await;
    // It gets five seconds to stop by itself.
    run.assert_failed("States.Timeout").assert_took(13 * SECOND);
    let run = ActivityTest::of::<sleeps>().run().await;
    run.assert_failed_because("Worker.Stalled", "1h")
        .assert_heartbeats(300..);
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_and_an_input_that_does_not_decode_are_failures() {
    quiet_panics();
    ActivityTest::of::<panics>()
        .run()
        .await
        .assert_failed("Worker.HandlerPanicked");
    let run = ActivityTest::of::<charge>()
        .input(json!({"cents": "canary"}))
        .run()
        .await;
    run.assert_failed_because(
        "Worker.InputInvalid",
        "at `$.cents`: expected u64, found a string",
    );
    let run = ActivityTest::of::<charge>()
        .input_text("{\"cents\": 1")
        .run()
        .await;
    run.assert_failed_because("Worker.InputInvalid", "it is not JSON: EOF");
    assert!(run.was_called(), "it is the handler that decodes");
}

/// Sums, on a thread, for a while of real time.
#[activity(blocking, timeout = "10s")]
fn sums(numbers: Vec<u64>, context: ActivityContext) -> Result<u64, Cancelled> {
    let mut sum = 0;
    for (done, number) in numbers.iter().enumerate() {
        for turn in 0..200_000 {
            sum = std::hint::black_box(sum ^ turn);
        }
        context.check()?;
        context.progress(done as u64 + 1, numbers.len() as u64);
        sum = *number;
    }
    Ok(sum)
}

#[tokio::test(start_paused = true)]
async fn the_paused_clock_stands_still_while_a_thread_works() {
    let run = ActivityTest::of::<sums>().input(vec![7; 20]).run().await;
    run.assert_succeeded_with(7)
        .assert_progress(20, 20)
        .assert_took(Duration::ZERO)
        .assert_heartbeats(..1);
}

/// Works until it is told to stop.
#[activity(blocking)]
fn spins(context: ActivityContext) -> Result<(), Cancelled> {
    loop {
        context.check()?;
        std::thread::yield_now();
    }
}

#[tokio::test(start_paused = true)]
async fn a_blocking_handler_can_be_cancelled() {
    let test = ActivityTest::of::<spins>().cancel_after(60 * SECOND, CancelReason::LeaseLost);
    test.run()
        .await
        .assert_abandoned()
        .assert_took(60 * SECOND)
        .assert_heartbeats(5..);
    let test = ActivityTest::of::<spins>().cancel_after(60 * SECOND, CancelReason::ShuttingDown);
    test.run()
        .await
        .assert_failed("Worker.ShuttingDown")
        .assert_took(60 * SECOND);
}

/// Finishes later.
#[activity]
async fn later(context: ActivityContext) -> Result<(), Failure> {
    let completion = context.detach();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        sleep(30 * SECOND).await;
        completion.succeed("done")
    });
    tasks.detach_all();
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_detached_task_is_seen_to_its_end() {
    let run = ActivityTest::of::<later>().run().await;
    run.assert_detached()
        .assert_succeeded_with("done")
        .assert_took(30 * SECOND);
}

/// What a test lends to a handler.
#[derive(Debug, Default)]
struct Till(AtomicUsize);

/// Counts money.
#[activity]
async fn count(
    cents: usize,
    State(till): State<Till>,
    key: IdempotencyKey,
) -> Result<String, Failure> {
    till.0.fetch_add(cents, Ordering::Relaxed);
    Ok(key.to_string())
}

#[tokio::test(start_paused = true)]
async fn states_and_envelopes_are_those_of_the_test() {
    let till = Arc::new(Till::default());
    let test = || {
        ActivityTest::of::<count>()
            .shared_state(Arc::clone(&till))
            .input(5)
    };
    let key = test().run().await.output::<String>();
    let keys = [
        test().attempt(3).run().await.output::<String>(),
        test().execution("arn:other").run().await.output(),
        test().state_name("Other").run().await.output(),
        test().without_envelope().run().await.output(),
    ];
    assert_eq!(keys.iter().filter(|other| **other == key).count(), 1);
    assert_eq!(keys[0], key);
    assert_eq!(till.0.load(Ordering::Relaxed), 25);
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "Till")]
async fn a_missing_state_is_said_at_once() {
    let _ = ActivityTest::of::<count>().run().await;
}

#[tokio::test(start_paused = true)]
async fn a_worker_can_be_configured_in_any_way() {
    let run = ActivityTest::of::<echo>()
        .configure(|builder| builder.envelope(NoEnvelope))
        .input(7)
        .run()
        .await;
    let output: serde_json::Value = run.output();
    assert_eq!(output["input"], 7);
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "expected a failure NotThis, but the task failed as TooFar")]
async fn an_assertion_says_what_came_instead() {
    let run = ActivityTest::of::<walk>()
        .input(Walk { steps: 101 })
        .run()
        .await;
    run.assert_failed("NotThis");
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "was without a heartbeat for")]
async fn an_assertion_says_when_nothing_was_heard() {
    let test = ActivityTest::of::<walk>().input(Walk { steps: 9 });
    test.heartbeat(4 * SECOND)
        .run()
        .await
        .assert_kept_alive(3 * SECOND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_needs_no_paused_clock() {
    let begun = Instant::now();
    ActivityTest::of::<walk>()
        .input(Walk { steps: 0 })
        .run()
        .await
        .assert_succeeded();
    ActivityTest::of::<sums>()
        .input([7; 3])
        .run()
        .await
        .assert_succeeded_with(7);
    // Polls are held for a minute, and nothing waits for them.
    assert!(begun.elapsed() < 20 * SECOND);
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "another output")]
async fn an_assertion_compares_outputs_as_json() {
    let run = ActivityTest::of::<walk>()
        .input(Walk { steps: 0 })
        .run()
        .await;
    run.assert_succeeded_with(json!({"steps": 1, "attempt": 1}));
}

#[tokio::test(start_paused = true)]
async fn a_whole_worker_runs_beside_a_test() {
    let service = ScriptedService::new();
    service.lose_next_answer(Operation::Succeed);
    let mut worker = testing::worker(&service)
        .activity::<walk>()
        .activity::<count>()
        .state(Till::default())
        .start();
    let walked = worker.offer::<walk>(Walk { steps: 3 });
    let again = worker.offer_in::<walk>(&Envelope::new().with_attempt(2), Walk { steps: 1 });
    let counted = worker.offer::<count>(3);
    walked.answer().await.assert_succeeded();
    again
        .answer()
        .await
        .assert_succeeded_with(json!({"steps": 1, "attempt": 2}));
    assert_eq!(
        counted
            .answer()
            .await
            .assert_succeeded()
            .decoded::<String>()
            .len(),
        36
    );
    assert_eq!(worker.drain().await.total().received, 3);
    assert_eq!(
        worker.abort().await.total().received,
        3,
        "the end does not change"
    );
    worker.assert_nothing_lost();
}

/// Activities of a value.
struct Billing {
    fee: u64,
}

/// Why nothing is paid back.
#[derive(Debug, thiserror::Error, ActivityError)]
enum RefundError {
    #[error("less than the fee")]
    #[activity_error(benign, details(fee))]
    TooLittle { fee: u64 },
}

#[activities(prefix = "billing-", defaults(unknown_fields = "refuse"))]
impl Billing {
    #[activity]
    async fn refund(&self, walk: Walk, key: IdempotencyKey) -> Result<u64, RefundError> {
        assert!(key.is_stable());
        let fee = self.fee;
        walk.steps
            .checked_sub(fee)
            .ok_or(RefundError::TooLittle { fee })
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_is_tested_like_a_function() {
    let test = || ActivityTest::of_method(Billing { fee: 30 }, "billing-refund");
    test()
        .input(Walk { steps: 250 })
        .run()
        .await
        .assert_succeeded_with(220);
    let run = test().input(Walk { steps: 3 }).run().await;
    run.assert_failed_with("TooLittle", json!({"fee": 30}))
        .assert_benign();
    let run = test()
        .input(json!({"steps": 250, "canary": 1, "step": 2}))
        .run()
        .await;
    let unknown = "at `$`: an unknown field, expected `steps`";
    run.assert_failed_because("Worker.InputInvalid", unknown);
    assert!(
        run.handler_failure().is_some(),
        "decoding is a part of the handler"
    );

    let service = ScriptedService::new();
    let mut worker = testing::worker(&service)
        .activities(Billing { fee: 1 })
        .start();
    let envelope = json!({"sfnWorker": {"execution": "a", "state": "b", "enteredTime": "c"},
        "input": {"steps": 7}});
    let task = worker.offer_to("billing-refund", envelope);
    task.answer().await.assert_succeeded_with(6);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "there is no activity refund among those of the value: billing-refund")]
async fn a_method_that_is_none_is_said_at_once() {
    let _ = ActivityTest::of_method(Billing { fee: 30 }, "refund")
        .run()
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_definition_runs_with_a_worker_in_one_line() {
    let documented = include_str!("../../worker-core/src/envelope/jsonpath.asl.json");
    let mut state: serde_json::Value = serde_json::from_str(documented).unwrap();
    state["Retry"] = json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 60}]);
    let definition = json!({"StartAt": "Charge", "States": {"Charge": state}});
    let run = Engine::run(&definition, json!(250), |worker| worker.activity::<busy>());
    let run = run.await.unwrap();
    run.assert_succeeded_with(json!([250, 3]));
    assert_eq!(run.summary.total().failed, 2);
    assert!(run.history().unwrap().len() > 6);

    let run = Engine::run(&definition, 1, |worker| {
        worker.activity::<busy>().grace(SECOND)
    });
    run.await.unwrap().assert_failed("NotEnough");
    let nobody = Engine::run("{}", 1, |worker| worker.activity::<busy>()).await;
    assert!(nobody.is_err());
    let nothing = Engine::run(&definition, 1, |worker| worker).await;
    assert!(nothing.unwrap_err().to_string().contains("worker"));
}

/// Is busy until it is asked for the third time.
#[activity(name = "charge-card")]
async fn busy(cents: u64, execution: Execution) -> Result<(u64, u32), Failure> {
    let failure = |name: &str| Failure::named(name, "").unwrap_or_else(|_| unreachable!());
    match execution.attempt {
        _ if cents < 10 => Err(failure("NotEnough")),
        attempt @ 3.. => Ok((cents, attempt)),
        _ => Err(failure("Busy")),
    }
}

#[test]
fn a_context_is_what_the_test_says() {
    let context = ContextBuilder::new("walk").unwrap();
    let context = context
        .execution("arn:canary")
        .attempt(4)
        .draining(SECOND)
        .build();
    assert_eq!(context.attempt(), Some(4));
    assert_eq!(context.execution().unwrap().id, "arn:canary");
    assert!(context.is_draining());
    let call = testing::call(context, 7);
    assert_eq!(Execution::from_call(&call).unwrap().attempt, 4);
    assert_eq!(call.input::<u8>().unwrap(), 7);
    let plain = testing::call(testing::context("walk").unwrap(), 7);
    assert_eq!(
        Execution::from_call(&plain).unwrap_err().error(),
        "Worker.EnvelopeMissing"
    );
    assert_eq!(Option::<Execution>::from_call(&plain).unwrap(), None);
}
