//! An option is set with an equals sign.

use sfn_worker_core::{Failure, activity};

#[activity(timeout("10s"))]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
