//! An activity cannot be extern.

use sfn_worker_core::{Failure, activity};

#[activity(blocking)]
extern "C" fn work() -> Result<(), Failure> {
    Ok(())
}

fn main() {}
