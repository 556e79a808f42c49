//! A heartbeat timeout is a number and a unit.

use sfn_worker_core::{Failure, activity};

#[activity(heartbeat_timeout = "half a minute")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
