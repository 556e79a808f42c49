//! The marks in the block are imported like any other attribute.

use sfn_worker_core::{Failure, activities};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
