//! A payment gateway that is often busy, and down for a second.

use std::sync::Mutex;
use std::time::Duration;

use sfn_worker_core::ActivityError;
use tokio::time::{Instant, sleep};

/// Every so many calls it is busy.
const BUSY: u32 = 5;
/// After so many calls it goes down …
const LAST: u32 = 20;
/// … for so long.
const OUTAGE: Duration = Duration::from_secs(1);

/// Why the gateway did not do what it was asked for.
#[derive(Debug, thiserror::Error, ActivityError)]
pub(crate) enum GatewayError {
    /// It is, for a moment.
    #[error("the gateway is busy")]
    GatewayBusy,
    /// It is, for longer.
    #[error("the gateway does not answer")]
    GatewayDown,
}

/// What the gateway has seen.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Calls {
    /// All calls.
    pub(crate) all: u32,
    /// Those that met a busy gateway.
    pub(crate) busy: u32,
    /// Those that met none.
    pub(crate) in_vain: u32,
    down_since: Option<Instant>,
}

static CALLS: Mutex<Calls> = Mutex::new(Calls {
    all: 0,
    busy: 0,
    in_vain: 0,
    down_since: None,
});

/// Asks the gateway to move money.
pub(crate) async fn call() -> Result<(), GatewayError> {
    sleep(Duration::from_millis(5)).await;
    let mut calls = CALLS.lock().unwrap();
    calls.all += 1;
    if calls.all > LAST && calls.down_since.get_or_insert_with(Instant::now).elapsed() < OUTAGE {
        calls.in_vain += 1;
        Err(GatewayError::GatewayDown)
    } else if calls.all.is_multiple_of(BUSY) {
        calls.busy += 1;
        Err(GatewayError::GatewayBusy)
    } else {
        Ok(())
    }
}

/// What the gateway has seen until now.
pub(crate) fn calls() -> Calls {
    *CALLS.lock().unwrap()
}
