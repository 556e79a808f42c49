//! An activity cannot be const.

use sfn_worker_core::{Failure, activity};

#[activity(blocking)]
const fn work() -> Result<(), Failure> {
    Ok(())
}

fn main() {}
