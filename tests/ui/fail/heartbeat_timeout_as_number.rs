//! A heartbeat timeout has a unit, unlike `HeartbeatSeconds`.

use sfn_worker_core::{Failure, activity};

#[activity(heartbeat_timeout = 30)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
