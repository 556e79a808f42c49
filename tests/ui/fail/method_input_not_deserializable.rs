//! The input of the method cannot be decoded.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;
struct Order(u64);

#[activities]
impl Billing {
    #[activity]
    async fn refund(&self, order: Order) -> Result<u64, Failure> {
        Ok(order.0)
    }
}

fn main() {}
