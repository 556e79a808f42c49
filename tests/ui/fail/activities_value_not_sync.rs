//! Tasks share the value, from any thread.

use std::cell::Cell;

use sfn_worker_core::{Failure, activities, activity};

struct Billing {
    count: Cell<u64>,
}

#[activities]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        self.count.set(cents);
        Ok(cents)
    }
}

fn main() {}
