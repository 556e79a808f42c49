//! A handler that cannot fail has no way to say so either.

use sfn_worker_core::activity;

#[activity]
async fn work(number: u64) {
    let _ = number;
}

fn main() {}
