//! A rate is of whole tasks.

use sfn_worker_core::{Failure, activity};

#[activity(rate = "2.5/s")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
