//! The attribute stands once.

use sfn_worker_core::{Failure, activity};

#[activity(name = "one")]
#[activity(name = "other")]
async fn work() -> Result<(), Failure> {
    Ok(())
}

fn main() {}
