//! The methods of a trait are no activities.

use sfn_worker_core::{Failure, activities, activity};

trait Refunds {
    fn refund(&self, cents: u64) -> Result<u64, Failure>;
}

struct Billing;

#[activities]
impl Refunds for Billing {
    #[activity(blocking)]
    fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
