//! What an async handler takes may change threads.

use std::cell::Cell;
use std::rc::Rc;

use sfn_worker_core::{Failure, activity};

#[derive(serde::Deserialize)]
struct Order {
    #[serde(skip)]
    shared: Rc<Cell<u8>>,
}

#[activity]
async fn work(order: Order) -> Result<u8, Failure> {
    std::future::ready(()).await;
    Ok(order.shared.get())
}

fn main() {}
