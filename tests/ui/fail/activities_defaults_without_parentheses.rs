//! The defaults are options themselves.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities(defaults = "10m")]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
