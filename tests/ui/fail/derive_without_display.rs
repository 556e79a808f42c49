//! An `Error` has a text.

use sfn_worker_core::ActivityError;

#[derive(Debug, ActivityError)]
enum Wrong {
    Late,
}

impl std::error::Error for Wrong {}

fn main() {}
