//! A state is taken as `State<T>`.

use sfn_worker_core::{Failure, activity};

struct Pool;

#[activity]
async fn work(_: std::sync::Arc<Pool>) -> Result<(), Failure> {
    Ok(())
}

fn main() {}
