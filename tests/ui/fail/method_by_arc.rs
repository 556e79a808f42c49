//! The worker keeps the `Arc`; the method borrows.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund(self: std::sync::Arc<Self>, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
