//! A wrong default is complained of once, whatever the number of methods.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities(defaults(timeout = "10"))]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }

    #[activity]
    async fn charge(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
