//! A blocking function keeps its name and can be called as one.

use sfn_worker_core::{Activity, ActivityContext, Failure, activity};

#[activity(blocking, name = "sum-up")]
fn sum(numbers: Vec<u64>, context: ActivityContext) -> Result<u64, Failure> {
    let _ = context;
    Ok(numbers.iter().sum())
}

#[activity(blocking)]
fn alone(number: u64) -> Result<u64, Failure> {
    Ok(number + 1)
}

fn main() {
    let _ = sum;
    assert_eq!(sum::NAME, "sum-up");
    assert_eq!(alone(4), Ok(5));
    assert_eq!(alone::NAME, "alone");
}
