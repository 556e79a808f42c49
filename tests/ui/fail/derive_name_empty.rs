//! An error name is not empty.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("wrong")]
#[activity_error(name = "")]
struct Wrong;

fn main() {}
