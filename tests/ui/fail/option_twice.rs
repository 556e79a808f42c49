//! An option is given once.

use sfn_worker_core::{Failure, activity};

#[activity(timeout = "10s", timeout = "20s")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
