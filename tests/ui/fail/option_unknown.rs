//! A misspelt option is answered with the nearest.

use sfn_worker_core::{Failure, activity};

#[activity(heart_beat = "10s")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
