//! An activity cannot be unsafe.

use sfn_worker_core::{Failure, activity};

#[activity]
async unsafe fn work() -> Result<(), Failure> {
    Ok(())
}

fn main() {}
