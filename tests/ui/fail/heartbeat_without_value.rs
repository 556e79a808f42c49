//! A heartbeat needs its interval.

use sfn_worker_core::{Failure, activity};

#[activity(heartbeat)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
