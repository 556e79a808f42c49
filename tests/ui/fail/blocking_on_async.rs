//! A function is async or blocking, not both.

use sfn_worker_core::{Failure, activity};

#[activity(blocking)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
