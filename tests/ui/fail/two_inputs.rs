//! A task brings one JSON value.

use sfn_worker_core::{ActivityContext, Failure, activity};

#[activity]
async fn work(first: u64, context: ActivityContext, second: std::string::String) -> Result<(), Failure> {
    let _ = (first, context, second);
    Ok(())
}

fn main() {}
