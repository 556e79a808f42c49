//! Unknown fields are allowed or refused.

use sfn_worker_core::{Failure, activity};

#[activity(unknown_fields = "forbid")]
async fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
