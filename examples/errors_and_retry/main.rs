//! Errors have names, and the state machine decides by them: what is retried, and what is not.
//!
//! ```sh
//! cargo run --example errors_and_retry
//! ```

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::{ActivityError, State, activity};

/// The names are those of the variants, unless `name = "…"` says otherwise.
#[derive(Debug, thiserror::Error, ActivityError)]
enum ChargeError {
    /// The gateway has too much to do.
    #[error("the gateway is busy")]
    #[activity_error(retry(after = "1s", max = 3))]
    GatewayBusy,
    /// The bank said no, which is no trouble of the worker.
    #[error("the card was declined with code {code}")]
    #[activity_error(name = "CardDeclined", benign, terminal, details(code))]
    Declined { code: u16 },
}

/// A gateway that is busy at first.
struct Gateway {
    busy: AtomicU32,
    limit: u64,
}

/// Charges a card.
#[activity(name = "charge-card", heartbeat = "10s", timeout = "1m")]
async fn charge(cents: u64, State(gateway): State<Gateway>) -> Result<&'static str, ChargeError> {
    let one_less = |busy: u32| busy.checked_sub(1);
    let (set, fetched) = (Ordering::Relaxed, Ordering::Relaxed);
    if gateway.busy.fetch_update(set, fetched, one_less).is_ok() {
        println!("  charge {cents}: busy");
        return Err(ChargeError::GatewayBusy);
    }
    if cents > gateway.limit {
        println!("  charge {cents}: declined");
        return Err(ChargeError::Declined { code: 51 });
    }
    println!("  charge {cents}: paid");
    Ok("paid")
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    println!("{:?} can come of it", ChargeError::NAMES);
    for cents in [250, 90_000] {
        let gateway = Gateway {
            busy: AtomicU32::new(1),
            limit: 10_000,
        };
        let definition = include_str!("state-machine.asl.json");
        let run = Engine::run(definition, json!({ "cents": cents }), |worker| {
            // Causes as JSON: the state machine reads the details from them.
            worker.state(gateway).cause_json(true).activity::<charge>()
        })
        .await?;
        let output = run.execution.output.unwrap_or_default();
        println!("{}: {output}", run.execution.status);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sfn_worker_core::check_asl;

    #[test]
    fn every_name_is_retried_or_caught() {
        check_asl!("errors_and_retry/state-machine.asl.json", [super::charge]);
    }
}
