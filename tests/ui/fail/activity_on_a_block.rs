//! The attribute of a block has another name.

use sfn_worker_core::{Failure, activity};

struct Billing;

#[activity]
impl Billing {
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
