//! A rate is a number in a span of time.

use sfn_worker_core::{Failure, activity};

#[activity(rate = 50)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
