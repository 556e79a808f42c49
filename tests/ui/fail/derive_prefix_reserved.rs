//! The prefix `States.` is reserved.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
#[activity_error(prefix = "States.")]
enum Wrong {
    #[error("late")]
    Late,
}

fn main() {}
