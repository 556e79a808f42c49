//! An activity that nobody registers is dead code.

#![deny(dead_code)]

use sfn_worker_core::{Activity, Failure, activity};

#[activity]
async fn forgotten() -> Result<(), Failure> {
    Ok(())
}

#[activity]
async fn registered() -> Result<(), Failure> {
    Ok(())
}

fn register<A: Activity>() {}

fn main() {
    register::<registered>();
}
