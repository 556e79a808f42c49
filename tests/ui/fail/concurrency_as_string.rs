//! A concurrency is a number.

use sfn_worker_core::{Failure, activity};

#[activity(concurrency = "4")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
