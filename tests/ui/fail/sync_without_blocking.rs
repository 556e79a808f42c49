//! A function that is neither async nor marked could block a thread by accident.

use sfn_worker_core::{Failure, activity};

#[activity]
fn work(number: u64) -> Result<u64, Failure> {
    Ok(number)
}

fn main() {}
