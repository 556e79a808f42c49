//! The block of the type is not marked.

use sfn_worker_core::{Failure, WorkerBuilder};

struct Billing;

impl Billing {
    async fn refund(&self, cents: u64) -> Result<u64, Failure> {
        Ok(cents)
    }
}

fn main() {}

fn register(builder: WorkerBuilder) -> WorkerBuilder {
    builder.activities(Billing)
}
