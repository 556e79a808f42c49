//! A name follows the rule of the service.

use sfn_worker_core::{Failure, activity};

#[activity(name = "charge card")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
