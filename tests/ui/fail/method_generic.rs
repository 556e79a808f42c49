//! A method that is an activity cannot be generic.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund<T: Into<u64>>(&self, cents: T) -> Result<u64, Failure> {
        Ok(cents.into())
    }
}

fn main() {}
