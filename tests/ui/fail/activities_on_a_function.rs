//! One function needs no block.

use sfn_worker_core::{Failure, activities};

#[activities]
async fn refund(cents: u64) -> Result<u64, Failure> {
    Ok(cents)
}

fn main() {}
