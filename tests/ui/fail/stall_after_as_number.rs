//! A time of no progress has a unit.

use sfn_worker_core::{Failure, activity};

#[activity(stall_after = 120)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
