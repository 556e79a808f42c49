//! A heartbeat timeout is not zero.

use sfn_worker_core::{Failure, activity};

#[activity(heartbeat_timeout = "0s")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
