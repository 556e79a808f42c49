//! A name is not empty.

use sfn_worker_core::{Failure, activity};

#[activity(name = "")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
