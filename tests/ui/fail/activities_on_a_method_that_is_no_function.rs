//! A constant is no activity.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }

    #[activity]
    const CENTS: u64 = 4;
}

fn main() {}
