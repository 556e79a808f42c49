//! A concurrency of zero would never run anything.

use sfn_worker_core::{Failure, activity};

#[activity(concurrency = 0)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
