//! An async function is an activity and stays a function.

use serde::{Deserialize, Serialize};
use sfn_worker_core::{Activity, ActivityContext, ActivityError, ActivityOptions, activity};

#[derive(Deserialize)]
struct Order {
    id: u64,
}

#[derive(Serialize)]
struct Receipt {
    order: u64,
}

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("declined")]
struct Declined;

#[activity(heartbeat = "10s", timeout = "1m30s", concurrency = 4)]
async fn charge(order: Order, context: ActivityContext) -> Result<Receipt, Declined> {
    context.check().map_err(|_| Declined)?;
    Ok(Receipt { order: order.id })
}

fn main() {
    assert_eq!(charge::NAME, "charge");
    let expected = ActivityOptions::new()
        .with_heartbeat(std::time::Duration::from_secs(10))
        .with_timeout(std::time::Duration::from_secs(90))
        .with_concurrency(4);
    assert_eq!(charge::OPTIONS, expected);
    let _ = |order, context| async { charge(order, context).await };
}
