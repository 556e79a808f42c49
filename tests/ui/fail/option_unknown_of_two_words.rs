//! A misspelt option of two words is answered with the nearest.

use sfn_worker_core::{Failure, activity};

#[activity(stal_after = "2m")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
