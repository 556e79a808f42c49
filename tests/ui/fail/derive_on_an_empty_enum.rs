//! An error without cases has no names.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Never {}

fn main() {}
