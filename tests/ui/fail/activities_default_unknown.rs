//! A name cannot be shared by all activities.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities(defaults(name = "billing"))]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
