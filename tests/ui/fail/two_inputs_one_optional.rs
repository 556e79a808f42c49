//! An optional input is an input.

use sfn_worker_core::{Failure, activity};

#[activity]
async fn work(_: u64, _: Option<String>) -> Result<(), Failure> {
    Ok(())
}

fn main() {}
