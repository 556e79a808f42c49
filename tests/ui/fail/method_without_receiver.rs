//! `Self` shows that a function stands in an `impl` block.

use sfn_worker_core::{Failure, activity};

#[derive(serde::Deserialize)]
struct Order;

impl Order {
    #[activity]
    async fn charge(order: Self) -> Result<Vec<Self>, Failure> {
        Ok(vec![order])
    }
}

fn main() {}
