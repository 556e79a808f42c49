//! The input must be deserializable.

use sfn_worker_core::{Failure, activity};

struct Order;

#[activity]
async fn work(order: Order) -> Result<(), Failure> {
    let _ = order;
    Ok(())
}

fn main() {}
