//! The worker of `by_hand.rs` on this framework: `docs/lines.md` compares the two.

use serde::Deserialize;
use sfn_worker_core::{ActivityError, AwsService, Worker, activity};

// The work.

#[derive(Deserialize)]
struct Order {
    id: String,
    cents: u64,
}

#[derive(Debug, thiserror::Error, ActivityError)]
enum ChargeError {
    #[error("the card was declined: {0}")]
    #[activity_error(name = "CardDeclined")]
    Declined(&'static str),
    #[error("the gateway is busy")]
    GatewayBusy,
}

#[activity(
    name = "charge-card",
    heartbeat = "10s",
    timeout = "5m",
    concurrency = 16
)]
async fn charge(order: Order) -> Result<String, ChargeError> {
    match order.cents {
        0 => Err(ChargeError::GatewayBusy),
        1_001.. => Err(ChargeError::Declined("too much")),
        _ => Ok(format!("receipt-{}", order.id)),
    }
}

// The worker.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arn = std::env::var("ACTIVITY_ARN")?;
    Worker::builder(AwsService::from_env().await?)
        .activity::<charge>()
        .arn("charge-card", arn)
        .build()?
        .run_until_signal()
        .await?;
    Ok(())
}
