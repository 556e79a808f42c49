//! A guard of the standard library's mutex is held while the handler waits.

use std::sync::Mutex;

use sfn_worker_core::{Failure, State, activity};

#[activity]
async fn work(total: State<Mutex<u64>>) -> Result<u64, Failure> {
    let mut sum = total.lock().unwrap();
    *sum += price().await;
    Ok(*sum)
}

async fn price() -> u64 {
    4
}

fn main() {}
