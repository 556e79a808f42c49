//! A boxed error changes threads.

use std::error::Error;

use sfn_worker_core::activity;

#[activity]
async fn work(text: String) -> Result<u64, Box<dyn Error>> {
    Ok(text.parse()?)
}

fn main() {}
