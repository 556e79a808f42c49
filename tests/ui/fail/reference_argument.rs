//! An argument cannot be borrowed.

use sfn_worker_core::{Failure, activity};

#[activity]
async fn work(name: &str, names: Vec<&'static str>) -> Result<(), Failure> {
    let _ = (name, names);
    Ok(())
}

fn main() {}
