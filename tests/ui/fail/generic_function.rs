//! An activity cannot be generic.

use sfn_worker_core::{Failure, activity};

#[activity]
async fn work<T: ToString>(input: T) -> Result<String, Failure>
where
    T: Send,
{
    Ok(input.to_string())
}

fn main() {}
