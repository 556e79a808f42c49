//! Layers around handlers: a limit, a circuit breaker and a local retry.
//!
//! ```sh
//! cargo run --example middleware
//! ```

mod breaker;
mod gateway;
mod retry;

use std::time::Duration;

use sfn_local_engine::Engine;
use sfn_worker_core::{Worker, activity};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::retry::RetryLayer;

use self::breaker::CircuitBreaker;
use self::gateway::GatewayError;
use self::retry::Again;

/// Takes the money of an order.
#[activity]
async fn charge(order: u32) -> Result<u32, GatewayError> {
    gateway::call().await?;
    Ok(order)
}

/// Gives it back.
#[activity]
async fn refund(order: u32) -> Result<u32, GatewayError> {
    gateway::call().await?;
    Ok(order)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let engine = Engine::new();
    engine.create_activity("charge")?;
    engine.create_activity("refund")?;
    let definition = include_str!("state-machine.asl.json");
    let machine = engine.create_state_machine("orders", definition)?;

    let worker = Worker::builder(engine.activity_service())
        .activity::<charge>()
        .activity::<refund>()
        // An open poll has its place in the limit below: four each, or one keeps out the other.
        .polls(1..=4)
        // The outermost first. The breaker counts what no retry could mend, one for each
        // activity …
        .layer(CircuitBreaker {
            error: "GatewayDown",
            failures: 3,
            pause: Duration::from_millis(500),
        })
        // … the limit is one for both, and what it lets through it also lets try again.
        .layer(GlobalConcurrencyLimitLayer::new(8))
        .layer(RetryLayer::new(Again {
            error: "GatewayBusy",
            attempts: 3,
            pause: Duration::from_millis(20),
        }))
        .build()?;
    let shutdown = worker.shutdown_handle();

    let execution = async {
        let orders: Vec<u32> = (1..=40).collect();
        let input = serde_json::to_string(&orders)?;
        let execution = engine.start_execution(&machine, None, &input)?;
        let end = engine.wait(&execution).await?;
        shutdown.drain();
        engine.close_polls();
        anyhow::Ok(end)
    };
    let (end, summary) = tokio::join!(execution, worker.run());

    let calls = gateway::calls();
    println!("{}", end?.status);
    println!(
        "the gateway was called {} times: {} times it was busy, {} times it was down",
        calls.all, calls.busy, calls.in_vain
    );
    println!("{summary}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{charge, refund};

    #[test]
    fn the_definition_fits_the_activities() {
        sfn_worker_core::check_asl!("middleware/state-machine.asl.json", [charge, refund]);
    }
}
