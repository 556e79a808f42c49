//! An argument needs a type of its own.

use sfn_worker_core::{Failure, activity};

#[activity]
async fn work(name: impl ToString) -> Result<String, Failure> {
    Ok(name.to_string())
}

fn main() {}
