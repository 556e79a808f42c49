//! A duration has a unit.

use sfn_worker_core::{Failure, activity};

#[activity(heartbeat = "10")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
