//! An enum has a prefix, its variants have names.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
#[activity_error(name = "Wrong")]
enum Wrong {
    #[error("late")]
    #[activity_error(prefix = "Late.")]
    Late,
}

fn main() {}
