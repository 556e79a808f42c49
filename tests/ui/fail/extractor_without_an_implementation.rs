//! A type of the user's own that is neither input nor extractor.

use sfn_worker_core::{Failure, activity};

struct Tenant(String);

#[activity]
async fn work(_: Tenant, _: u64) -> Result<(), Failure> {
    Ok(())
}

fn main() {}
