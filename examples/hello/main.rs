//! The smallest whole program: an engine, a worker and one execution in one process.
//!
//! ```sh
//! cargo run --example hello -- Ada
//! ```

use std::convert::Infallible;

use sfn_local_engine::Engine;
use sfn_worker_core::{Worker, activity};

/// The work: a plain function, which tests call by its name.
#[activity]
async fn greet(name: String) -> Result<String, Infallible> {
    Ok(format!("Hello, {name}!"))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let name = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "world".to_owned());

    // The engine stands for AWS: it knows the activity and the state machine that uses it.
    let engine = Engine::new();
    engine.create_activity("greet")?;
    let hello = include_str!("state-machine.asl.json");
    let machine = engine.create_state_machine("hello", hello)?;

    // The worker gets its tasks from the engine; `AwsService::from_env().await?` would get them
    // from AWS.
    let worker = Worker::builder(engine.activity_service())
        .activity::<greet>()
        .build()?;
    let shutdown = worker.shutdown_handle();

    let execution = async {
        let input = serde_json::to_string(&name)?;
        let execution = engine.start_execution(&machine, None, &input)?;
        let end = engine.wait(&execution).await?;
        // Nothing more will come: end the worker, and do not hold its polls to the last second.
        shutdown.drain();
        engine.close_polls();
        anyhow::Ok(end)
    };
    let (end, summary) = tokio::join!(execution, worker.run());

    let end = end?;
    println!(
        "{}: {}",
        end.status,
        end.output.as_deref().unwrap_or("no output")
    );
    println!("{summary}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use sfn_worker_core::check_asl;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ada_is_greeted() {
        let definition = include_str!("state-machine.asl.json");
        let run = Engine::run(definition, r#""Ada""#, |worker| worker.activity::<greet>());
        run.await.unwrap().assert_succeeded_with("Hello, Ada!");
    }

    #[test]
    fn the_definition_fits_the_activity() {
        // The smallest definition does without time limits and without `Retry`; yours should not.
        check_asl!(
            "hello/state-machine.asl.json",
            [greet],
            allow = ["SFN-W002", "SFN-W003", "SFN-W009"],
        );
    }
}
