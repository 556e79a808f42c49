//! A concurrency is positive.

use sfn_worker_core::{Failure, activity};

#[activity(concurrency = -1)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
