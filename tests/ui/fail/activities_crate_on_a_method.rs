//! The crate path is an option of the block.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity(crate = sfn_worker_core)]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
