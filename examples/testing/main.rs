//! How a worker is tested: the program is two calls, and its tests are the point.
//!
//! ```sh
//! cargo run --example testing
//! cargo test -p sfn-worker-examples --test testing
//! ```

mod shipping;

use std::time::Duration;

use serde_json::json;
use sfn_local_engine::Engine;

use crate::shipping::{Carrier, register};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let definition = include_str!("state-machine.asl.json");
    let parcel = json!({ "to": "Ada", "grams": 1_200 });
    let run = Engine::run(definition, parcel, |worker| {
        let (limit, pace) = (30_000, Duration::from_millis(100));
        register(worker, Carrier { limit, pace })
    })
    .await?;
    let output = run.execution.output.unwrap_or_default();
    println!("{}: {output}", run.execution.status);
    Ok(())
}
