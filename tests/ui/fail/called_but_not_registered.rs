//! To call an activity is not to register it.

#![deny(dead_code)]

use sfn_worker_core::{Failure, activity};

#[activity(blocking)]
fn called() -> Result<(), Failure> {
    Ok(())
}

fn main() {
    let _ = called();
}
