//! The value is not there for ever.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund(&'static self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
