//! An error name has at most 256 bytes.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("wrong")]
#[activity_error(name = "TooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooTooToo")]
struct Wrong;

fn main() {}
