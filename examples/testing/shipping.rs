//! What is tested: one activity, its errors, and how it is registered.

use std::time::Duration;

use serde::Deserialize;
use sfn_worker_core::{ActivityContext, ActivityError, Execution, State, WorkerBuilder, activity};

/// Who ships; a test has one of its own.
#[derive(Debug)]
pub(crate) struct Carrier {
    /// Grams that one parcel may weigh.
    pub(crate) limit: u64,
    /// How long labelling takes, and loading.
    pub(crate) pace: Duration,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parcel {
    pub(crate) to: String,
    pub(crate) grams: u64,
}

#[derive(Debug, PartialEq, thiserror::Error, ActivityError)]
pub(crate) enum ShipError {
    #[error("{grams} grams are too much for one parcel")]
    #[activity_error(terminal)]
    TooHeavy { grams: u64 },
    #[error("the van is full")]
    #[activity_error(retry(after = "10m", max = 3))]
    VanFull,
}

/// Ships a parcel: it is labelled, and it is loaded.
#[activity(heartbeat = "10s", timeout = "5m")]
pub(crate) async fn ship(
    parcel: Parcel,
    State(carrier): State<Carrier>,
    execution: Execution,
    context: ActivityContext,
) -> Result<String, ShipError> {
    if parcel.grams > carrier.limit {
        let grams = parcel.grams;
        return Err(ShipError::TooHeavy { grams });
    }
    for step in 1..=2 {
        tokio::time::sleep(carrier.pace).await;
        context.progress(step, 2);
    }
    if parcel.to == "Grace" && execution.attempt == 1 {
        return Err(ShipError::VanFull);
    }
    Ok(format!("on its way to {}", parcel.to))
}

/// The worker with its activity, for the program and for the tests.
pub(crate) fn register(worker: WorkerBuilder, carrier: Carrier) -> WorkerBuilder {
    worker.state(carrier).activity::<ship>()
}
