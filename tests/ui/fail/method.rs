//! A method is not supported yet.

use sfn_worker_core::{Failure, activity};

struct Bank;

impl Bank {
    #[activity]
    async fn charge(&self, amount: u64) -> Result<u64, Failure> {
        Ok(amount)
    }
}

fn main() {}
