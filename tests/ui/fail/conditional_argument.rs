//! An argument cannot be conditional.

use sfn_worker_core::{Failure, activity};

#[activity]
async fn work(#[cfg(all())] number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
