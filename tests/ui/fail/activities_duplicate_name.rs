//! Two methods of one name for the service.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity(name = "charge")]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }

    #[activity]
    async fn charge(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
