//! A path is written without quotes.

use sfn_worker_core::{Failure, activity};

#[activity(crate = "worker")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
