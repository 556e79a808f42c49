//! What is returned must be a `Result`, by type.

use sfn_worker_core::activity;

type Outcome = std::option::Option<u64>;

#[activity]
async fn work(number: u64) -> Outcome {
    Some(number)
}

fn main() {}
