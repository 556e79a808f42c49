//! Long work: heartbeats go out by themselves, and a handler learns that its task is not wanted
//! any more.
//!
//! ```sh
//! cargo run --example heartbeat_progress
//! ```
//!
//! Ctrl-C drains the worker: what is in progress may finish, a second Ctrl-C hands it back.

use std::time::Duration;

use sfn_local_engine::Engine;
use sfn_worker_core::{ActivityContext, Failure, Worker, activity};
use tokio::time::sleep;

/// Copies parts, a fifth of a second each; nothing in it sends a heartbeat.
#[activity(heartbeat = "300ms", stall_after = "5s", timeout = "1m")]
async fn copy(parts: u64, context: ActivityContext) -> Result<u64, Failure> {
    for part in 1..=parts {
        tokio::select! {
            () = sleep(Duration::from_millis(200)) => {}
            reason = context.cancelled() => {
                println!("  stopped after {} of {parts} parts: {reason}", part - 1);
                break; // what a cancelled handler returns is not used
            }
        }
        context.progress(part, parts); // a sign of life for `stall_after`
    }
    Ok(parts)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let engine = Engine::new();
    engine.create_activity("copy")?;
    // It waits one second for a heartbeat.
    let definition = include_str!("state-machine.asl.json");
    let machine = engine.create_state_machine("copies", definition)?;
    let worker = Worker::builder(engine.activity_service())
        .activity::<copy>()
        .build()?;
    let shutdown = worker.shutdown_handle();

    let executions = async {
        // Two seconds of work: without heartbeats it would fail as States.HeartbeatTimeout.
        let whole = engine.start_execution(&machine, None, "10")?;
        let end = engine.wait(&whole).await?;
        println!("ten parts: {}", end.status);

        // Two minutes of work that is stopped: the next heartbeat brings the news.
        let long = engine.start_execution(&machine, None, "600")?;
        sleep(Duration::from_millis(700)).await;
        engine.stop_execution(&long, Some("ChangedMyMind"), None)?;
        println!("600 parts: {}", engine.wait(&long).await?.status);
        anyhow::Ok(())
    };
    let program = async {
        let result = tokio::select! {
            result = executions => result,
            _ = tokio::signal::ctrl_c() => Ok(()),
        };
        shutdown.drain();
        engine.close_polls();
        result
    };
    let (result, summary) = tokio::join!(program, worker.run_until_signal());
    println!("{}", summary?);
    result
}

#[cfg(test)]
mod tests {
    use sfn_worker_core::CancelReason;
    use sfn_worker_core::testing::ActivityTest;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_copy_that_nobody_wants_stops_midway() {
        let test = ActivityTest::of::<copy>().input(600);
        let gone = Duration::from_millis(700);
        let run = test.cancel_after(gone, CancelReason::LeaseLost).run().await;
        run.assert_abandoned().assert_progress(3, 600);
    }

    #[test]
    fn heartbeats_come_three_times_as_often_as_the_state_asks() {
        sfn_worker_core::check_asl!("heartbeat_progress/state-machine.asl.json", [copy]);
    }
}
