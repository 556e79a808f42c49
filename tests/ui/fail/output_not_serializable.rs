//! The output must be serializable.

use sfn_worker_core::{Failure, activity};

struct Receipt;

#[activity]
async fn work(number: u64) -> Result<Vec<Receipt>, Failure> {
    let _ = number;
    Ok(Vec::new())
}

fn main() {}
