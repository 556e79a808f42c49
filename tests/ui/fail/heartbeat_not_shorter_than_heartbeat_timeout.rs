//! The first heartbeat goes out before the service gives the task up.

use sfn_worker_core::{Failure, activity};

#[activity(heartbeat = "30s", heartbeat_timeout = "30s")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
