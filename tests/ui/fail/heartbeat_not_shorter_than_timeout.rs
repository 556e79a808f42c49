//! A heartbeat interval is shorter than the timeout.

use sfn_worker_core::{Failure, activity};

#[activity(heartbeat = "5m", timeout = "300s")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
