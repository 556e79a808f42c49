//! The output must be serializable, at the type itself.

use sfn_worker_core::{Failure, activity};

struct Receipt;

#[activity]
async fn work() -> Result<Receipt, Failure> {
    Ok(Receipt)
}

fn main() {}
