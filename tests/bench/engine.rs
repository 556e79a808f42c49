//! How fast the embedded engine is, in process: `cargo bench -p sfn-worker-tests --bench engine`.
//!
//! Every figure is the median of five rounds.

mod rounds;

use std::time::Duration;

use sfn_local_engine::{Engine, StateMachineArn};
use sfn_worker_core::{Worker, activity};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::rounds::{median, rate};

const EXECUTIONS: u32 = 20_000;
const TASKS: u32 = 5_000;

#[activity(concurrency = 64)]
async fn nothing() -> Result<(), std::convert::Infallible> {
    Ok(())
}

fn chain(passes: u32) -> String {
    let states: serde_json::Map<String, serde_json::Value> = (1..=passes)
        .map(|number| {
            let state = if number == passes {
                serde_json::json!({"Type": "Pass", "End": true})
            } else {
                serde_json::json!({"Type": "Pass", "Next": format!("P{}", number + 1)})
            };
            (format!("P{number}"), state)
        })
        .collect();
    serde_json::json!({"StartAt": "P1", "States": states}).to_string()
}

async fn executions(engine: &Engine, machine: &StateMachineArn, count: u32) -> Duration {
    let begun = Instant::now();
    for _ in 0..count {
        let execution = engine
            .start_execution(machine, None, r#"{"n": 1}"#)
            .expect("it starts");
        engine.wait(&execution).await.expect("it exists");
    }
    begun.elapsed()
}

async fn tasks(engine: &Engine, machine: &StateMachineArn, side_by_side: usize) -> Duration {
    let begun = Instant::now();
    let mut waiting = JoinSet::new();
    for _ in 0..TASKS {
        if waiting.len() == side_by_side {
            waiting.join_next().await;
        }
        let execution = engine
            .start_execution(machine, None, "{}")
            .expect("it starts");
        let engine = engine.clone();
        waiting.spawn(async move { engine.wait(&execution).await.map(drop) });
    }
    waiting.join_all().await;
    begun.elapsed()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for passes in [1, 5] {
        let times = median(async || {
            let engine = Engine::new();
            let machine = engine
                .create_state_machine("chain", &chain(passes))
                .expect("it is valid");
            executions(&engine, &machine, EXECUTIONS).await
        })
        .await;
        println!(
            "executions of {passes} Pass: {:>8.0}/s",
            rate(EXECUTIONS, times)
        );
    }

    for (what, side_by_side) in [("one at a time", 1), ("64 at a time", 64)] {
        let times = median(async || {
            let engine = Engine::new();
            let arn = engine
                .create_activity("nothing")
                .expect("the name is valid");
            let definition = serde_json::json!({"StartAt": "T", "States": {
                "T": {"Type": "Task", "Resource": arn.as_str(), "End": true}}});
            let machine = engine
                .create_state_machine("task", &definition.to_string())
                .expect("it is valid");
            let worker = Worker::builder(engine.activity_service())
                .activity::<nothing>()
                .polls(16..=16)
                .build()
                .expect("the configuration is right");
            let shutdown = worker.shutdown_handle();
            let mut running = JoinSet::new();
            running.spawn(worker.run());
            let time = tasks(&engine, &machine, side_by_side).await;
            shutdown.abort();
            running.join_all().await;
            time
        })
        .await;
        let each = times / TASKS;
        println!(
            "executions of one Task with a worker, {what}: {:>8.0}/s ({each:.1?} each)",
            rate(TASKS, times)
        );
    }
}
