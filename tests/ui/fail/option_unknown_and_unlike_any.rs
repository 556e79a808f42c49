//! An option like no other is answered with all of them.

use sfn_worker_core::{Failure, activity};

#[activity(colour = "red")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
