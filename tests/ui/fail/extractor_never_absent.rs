//! Only what can be absent can be an option.

use sfn_worker_core::{ActivityContext, Failure, activity};

#[activity]
async fn work(_: Option<ActivityContext>) -> Result<(), Failure> {
    Ok(())
}

fn main() {}
