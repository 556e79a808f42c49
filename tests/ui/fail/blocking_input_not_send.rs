//! What a blocking handler takes changes threads.

use std::cell::Cell;
use std::rc::Rc;

use sfn_worker_core::{Failure, activity};

#[derive(serde::Deserialize)]
struct Order {
    #[serde(skip)]
    shared: Rc<Cell<u8>>,
}

#[activity(blocking)]
fn work(order: Order) -> Result<u8, Failure> {
    Ok(order.shared.get())
}

fn main() {}
