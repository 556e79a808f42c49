//! A time of no progress is a number and a unit.

use sfn_worker_core::{Failure, activity};

#[activity(stall_after = "long")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
