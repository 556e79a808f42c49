//! The prefix `States.` is reserved.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("late")]
    #[activity_error(name = "States.Timeout")]
    Late,
    #[error("not allowed")]
    #[activity_error(name = "States.Permissions")]
    Forbidden,
}

fn main() {}
