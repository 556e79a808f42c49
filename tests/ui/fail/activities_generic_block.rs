//! The names of activities do not vary, so the type cannot.

use sfn_worker_core::{Failure, activities, activity};

struct Billing<B>(B);

#[activities]
impl<B: Send> Billing<B> {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
