//! A method returns a `Result` like any activity.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> u64 {
        cents
    }
}

fn main() {}
