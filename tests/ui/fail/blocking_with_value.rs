//! `blocking` is there or not.

use sfn_worker_core::{Failure, activity};

#[activity(blocking = true)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
