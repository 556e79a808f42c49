//! Prefix and name together are too long.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities(prefix = "a-department-whose-name-alone-is-nearly-as-long-as-a-name-can-be-in-the-service-")]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
