//! The error must have a name for the state machine.

use sfn_worker_core::activity;

#[derive(Debug, thiserror::Error)]
#[error("declined")]
struct Declined;

#[activity]
async fn work(number: u64) -> Result<u64, Declined> {
    let _ = number;
    Err(Declined)
}

fn main() {}
