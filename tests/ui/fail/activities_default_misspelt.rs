//! A default is misspelt.

use sfn_worker_core::{Failure, activities, activity};

struct Billing;

#[activities(defaults(timeoout = "10m"))]
impl Billing {
    #[activity]
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}
