//! A value that cannot change threads is held while the method waits.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        let counter = std::rc::Rc::new(cents);
        std::future::ready(()).await;
        Ok(*counter)
    }
}

fn main() {}
