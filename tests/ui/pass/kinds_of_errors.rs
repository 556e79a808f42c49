//! Whatever can be turned into a failure can be the error.

use std::convert::Infallible;
use std::error::Error;

use sfn_worker_core::{Activity, ActivityContext, ActivityError, Failure, activity};

#[derive(Debug, thiserror::Error, ActivityError)]
enum Named {
    #[error("wrong number")]
    Number(#[from] std::num::ParseIntError),
}

#[activity]
async fn named(text: String) -> Result<u8, Named> {
    Ok(text.parse()?)
}

#[activity]
async fn with_anyhow(text: String, context: ActivityContext) -> anyhow::Result<u8> {
    context.check()?;
    Ok(text.parse()?)
}

#[activity]
async fn boxed(text: String) -> Result<u8, Box<dyn Error + Send + Sync>> {
    Ok(text.parse()?)
}

#[activity]
async fn failure(_: String) -> Result<u8, Failure> {
    Err(Failure::permissions("not today"))
}

#[activity]
async fn infallible() -> Result<u8, Infallible> {
    Ok(4)
}

fn main() {
    let _ = (named::NAME, with_anyhow::NAME, boxed::NAME, failure::NAME, infallible::NAME);
}
