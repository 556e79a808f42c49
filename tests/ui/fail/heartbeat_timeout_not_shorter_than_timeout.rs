//! As in the states language, the heartbeat timeout is shorter than the timeout.

use sfn_worker_core::{Failure, activity};

#[activity(heartbeat_timeout = "5m", timeout = "2m")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
