//! The receiver is no input, but there are two behind it.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64, payment: String) -> Result<u64, Failure> {
        let _ = payment;
        Ok(cents)
    }
}

fn main() {}
