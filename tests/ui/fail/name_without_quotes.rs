//! A name is a string.

use sfn_worker_core::{Failure, activity};

#[activity(name = charge)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
