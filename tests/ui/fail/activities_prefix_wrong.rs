//! The prefix has a character that names cannot have.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities(prefix = "billing/")]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
