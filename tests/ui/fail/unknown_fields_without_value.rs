//! What is to be done with unknown fields must be said.

use sfn_worker_core::{Failure, activity};

#[activity(unknown_fields)]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
