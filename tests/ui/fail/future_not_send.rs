//! A future that holds on to what may not change threads cannot be run.

use std::rc::Rc;

use sfn_worker_core::{Failure, activity};

#[activity]
async fn work(number: u64) -> Result<u64, Failure> {
    let counter = Rc::new(number);
    std::future::ready(()).await;
    Ok(*counter)
}

fn main() {}
