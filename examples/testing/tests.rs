//! Four kinds of tests: the function, the handler, the worker, and the state machine.

mod shipping;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::testing::{
    self, ActivityTest, ContextBuilder, Fault, Operation, ScriptedService,
};
use sfn_worker_core::{CancelReason, Execution, State, Worker, check_asl};

use crate::shipping::{Carrier, Parcel, ShipError, register, ship};

/// Two minutes for a parcel, which cost nothing where the clock is paused.
const LIGHT: Carrier = Carrier {
    limit: 2_000,
    pace: Duration::from_secs(60),
};

/// The function is a function: call it.
#[tokio::test(start_paused = true)]
async fn a_heavy_parcel_is_refused() {
    let parcel = Parcel {
        to: "Ada".to_owned(),
        grams: 9_000,
    };
    let execution = Execution::new("arn", "Ship", "2026-01-01T00:00:00Z", 1);
    let context = ContextBuilder::new("ship").unwrap().build();
    let shipped = ship(parcel, State(Arc::new(LIGHT)), execution, context).await;
    assert_eq!(shipped, Err(ShipError::TooHeavy { grams: 9_000 }));
}

fn shipping() -> ActivityTest {
    ActivityTest::of::<ship>()
        .state(LIGHT)
        .input(json!({ "to": "Grace", "grams": 800 }))
}

/// The handler with its worker: decoding, heartbeats, time limits, cancellation.
#[tokio::test(start_paused = true)]
async fn a_parcel_takes_two_minutes_and_is_kept_alive() {
    let run = shipping().attempt(2).run().await;
    run.assert_succeeded_with("on its way to Grace")
        .assert_progress(2, 2)
        .assert_took(Duration::from_secs(120))
        .assert_kept_alive(Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn what_befalls_a_task_has_a_name() {
    let run = shipping().run().await;
    run.assert_failed_because("VanFull", "the van is full");

    let run = shipping()
        .input(json!({ "to": "Ada", "grams": "much" }))
        .run()
        .await;
    run.assert_failed_because("Worker.InputInvalid", "`$.grams`: expected u64");

    let run = shipping().deadline(Duration::from_secs(90)).run().await;
    run.assert_failed("States.Timeout").assert_progress(1, 2);

    let gone = Duration::from_secs(61);
    let run = shipping()
        .cancel_after(gone, CancelReason::LeaseLost)
        .run()
        .await;
    run.assert_abandoned().assert_progress(1, 2);
}

/// The worker on a scripted service, which fails when it is told to.
#[tokio::test(start_paused = true)]
async fn no_parcel_is_lost_when_the_service_throttles() {
    let service = ScriptedService::new();
    service
        .faults()
        .next_n(Operation::Succeed, 3, Fault::Throttled);
    let mut worker = testing::worker(&service)
        .configure(|worker| register(worker, LIGHT))
        .start();
    let envelope = sfn_worker_core::Envelope::new()
        .with_execution("arn:aws:states:eu-west-1:123456789012:execution:Orders:run-1")
        .with_state("Ship")
        .with_entered_time("2026-01-01T00:00:00Z")
        .with_attempt(1);

    let task = worker.offer_in::<ship>(&envelope, json!({ "to": "Ada", "grams": 800 }));
    task.answer()
        .await
        .assert_succeeded_with("on its way to Ada");

    assert_eq!(worker.drain().await.total().succeeded, 1);
    worker.assert_nothing_lost();
}

/// The state machine with its worker: the retry comes after ten minutes, which cost nothing.
#[tokio::test(start_paused = true)]
async fn the_state_machine_waits_for_the_next_van() {
    let definition = include_str!("state-machine.asl.json");
    let parcel = json!({ "to": "Grace", "grams": 800 });
    let run = Engine::run(definition, parcel, |worker| register(worker, LIGHT)).await;
    let run = run.unwrap();
    run.assert_succeeded_with("on its way to Grace");
    assert_eq!(run.summary.total().failed, 1);
}

/// And the two fit each other, which needs no execution to find out.
#[test]
fn the_definition_fits_the_worker() {
    let worker = register(Worker::builder(ScriptedService::new()), LIGHT);
    check_asl!("testing/state-machine.asl.json", worker);
}
