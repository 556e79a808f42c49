//! The value is shared, and cannot be changed without a lock.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund(&mut self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
