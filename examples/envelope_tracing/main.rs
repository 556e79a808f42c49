//! What a state tells its worker beside the input: the execution, the attempt, the trace.
//!
//! ```sh
//! cargo run --example envelope_tracing
//! ```

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::{
    ActivityError, Deadline, Execution, IdempotencyKey, State, TraceContext, activity,
};

#[derive(Deserialize)]
struct Order {
    cents: u64,
}

#[derive(Debug, thiserror::Error, ActivityError)]
enum PayError {
    #[error("the bank took the order, and its answer got lost")]
    #[activity_error(retry(after = "1s", max = 3))]
    AnswerLost,
}

/// A bank that does nothing twice under one key.
#[derive(Default)]
struct Bank(Mutex<HashMap<String, u64>>);

impl Bank {
    fn pay(&self, key: &IdempotencyKey, cents: u64, patience: Duration) -> bool {
        let mut payments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = payments.insert(key.to_string(), cents).is_some();
        // The logs of a handler carry the trace and the activity: they are in its span.
        tracing::info!(known, left = ?patience, "the bank has the order");
        known
    }
}

/// Pays; the first answer gets lost, and the retry must not pay again.
#[activity(heartbeat_timeout = "30s", timeout = "1m")]
async fn pay(
    order: Order,
    State(bank): State<Bank>,
    key: IdempotencyKey,
    execution: Execution,
    deadline: Deadline,
    trace: Option<TraceContext>,
) -> Result<String, PayError> {
    if let Some(parent) = trace.and_then(|trace| trace.traceparent()) {
        tracing::info!(parent, "goes to the bank as a header");
    }
    let known = bank.pay(&key, order.cents, deadline.time_left());
    if execution.attempt == 1 {
        return Err(PayError::AnswerLost);
    }
    let once = if known { "once" } else { "again" };
    Ok(format!("paid {once}, in attempt {}", execution.attempt))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let colours = std::io::stdout().is_terminal();
    tracing_subscriber::fmt().with_ansi(colours).init();

    // Whoever starts an execution puts the trace into its input.
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let input = json!({ "order": { "cents": 250 }, "traceparent": traceparent });
    let definition = include_str!("state-machine.asl.json");
    let run = Engine::run(definition, input, |worker| {
        worker.state(Bank::default()).activity::<pay>()
    })
    .await?;
    let output = run.execution.output.unwrap_or_default();
    println!("{}: {output}", run.execution.status);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_envelope_tells_what_the_handler_takes() {
        sfn_worker_core::check_asl!("envelope_tracing/state-machine.asl.json", [super::pay]);
    }
}
