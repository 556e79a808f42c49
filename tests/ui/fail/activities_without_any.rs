//! No method is marked.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }

    fn other(&self) {}
}

fn main() {}
