//! A handler may show no progress for a while.

use sfn_worker_core::{Failure, activity};

#[activity(stall_after = "0s")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
