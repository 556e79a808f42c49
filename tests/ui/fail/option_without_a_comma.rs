//! Options are separated by commas.

use sfn_worker_core::{Failure, activity};

#[activity(timeout = "10s" concurrency = 4)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
