//! A rate is not zero.

use sfn_worker_core::{Failure, activity};

#[activity(rate = "0/s")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
