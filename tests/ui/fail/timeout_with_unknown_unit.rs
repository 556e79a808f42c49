//! The units are few.

use sfn_worker_core::{Failure, activity};

#[activity(timeout = "2 fortnights")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
