//! The input and any number of contexts, in any order, or nothing at all.

use sfn_worker_core::{Activity, ActivityContext, Failure, activity};

/// The compiler tells the arguments apart by type: an alias is as good as the name.
type Context = ActivityContext;

#[activity]
async fn nothing() -> Result<(), Failure> {
    Ok(())
}

#[activity]
async fn only_context(_: ActivityContext) -> Result<(), Failure> {
    Ok(())
}

#[activity]
async fn only_input(_: (u8, Option<String>)) -> Result<(), Failure> {
    Ok(())
}

#[activity]
async fn context_first(_: Context, _: u8) -> Result<(), Failure> {
    Ok(())
}

#[activity]
async fn input_between(_: Context, _: u8, _: sfn_worker_core::ActivityContext) -> Result<(), Failure> {
    Ok(())
}

#[activity(blocking)]
fn blocking_without_arguments() -> Result<(), Failure> {
    Ok(())
}

fn main() {
    assert_eq!(nothing::NAME, "nothing");
    let _ = (only_context::NAME, only_input::NAME, context_first::NAME, input_between::NAME);
    assert_eq!(blocking_without_arguments(), Ok(()));
    assert_eq!(blocking_without_arguments::NAME, "blocking_without_arguments");
}
