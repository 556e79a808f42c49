//! A rate has a unit that is known.

use sfn_worker_core::{Failure, activity};

#[activity(rate = "50/fortnight")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
