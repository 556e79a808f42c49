//! A case has one name.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("late")]
    #[activity_error(timeout, task_failed)]
    Late,
}

fn main() {}
