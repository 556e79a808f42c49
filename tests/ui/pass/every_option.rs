//! Every option of the attribute arrives in the constant of options.

use std::time::Duration;

use sfn_worker_core::{Activity, ActivityOptions, Failure, Rate, activity};

#[activity(
    name = "charge-card",
    blocking,
    heartbeat = "10s",
    timeout = "1m30s",
    concurrency = 4,
    heartbeat_timeout = "30s",
    stall_after = "1m",
    rate = "5/10s",
    crate = ::sfn_worker_core,
)]
fn charge(cents: u64) -> Result<u64, Failure> {
    Ok(cents)
}

/// A third of the heartbeat timeout is for the worker to compute.
#[activity(heartbeat_timeout = "30s")]
async fn kept_alive() -> Result<(), Failure> {
    Ok(())
}

#[activity(stall_after = "500ms", timeout = "2h", heartbeat_timeout = "1h")]
async fn watched() -> Result<(), Failure> {
    Ok(())
}

#[activity(rate = "100/m")]
async fn paced() -> Result<(), Failure> {
    Ok(())
}

fn main() {
    assert_eq!(charge::NAME, "charge-card");
    let expected = ActivityOptions::new()
        .with_heartbeat(Duration::from_secs(10))
        .with_timeout(Duration::from_secs(90))
        .with_concurrency(4)
        .with_heartbeat_timeout(Duration::from_secs(30))
        .with_stall_after(Duration::from_secs(60))
        .with_rate(Rate::new(5, Duration::from_secs(10)));
    assert_eq!(charge::OPTIONS, expected);

    let expected = ActivityOptions::new().with_heartbeat_timeout(Duration::from_secs(30));
    assert_eq!(kept_alive::OPTIONS, expected);
    assert_eq!(watched::OPTIONS.stall_after, Some(Duration::from_millis(500)));
    assert_eq!(paced::OPTIONS.rate, "100/m".parse().ok());
    let _ = (charge, kept_alive, watched, paced);
}
