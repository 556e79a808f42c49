//! What handlers share must be shareable.

use sfn_worker_core::{Failure, State, activity};

#[activity]
async fn work(_: State<std::cell::Cell<u64>>) -> Result<(), Failure> {
    Ok(())
}

fn main() {}
