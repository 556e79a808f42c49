//! The heartbeat of the block does not fit the timeout of the method.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities(defaults(heartbeat = "15s"))]
impl Billing {
    #[activity(timeout = "10s")]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
