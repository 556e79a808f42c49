//! A type has one block of activities.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

#[activities]
impl Billing {
    #[activity]
    async fn charge(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
