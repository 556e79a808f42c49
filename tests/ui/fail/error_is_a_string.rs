//! A text is not an error.

use sfn_worker_core::activity;

#[activity]
async fn work(number: u64) -> Result<u64, String> {
    Ok(number)
}

fn main() {}
