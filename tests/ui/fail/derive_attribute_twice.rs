//! The attribute stands once.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("late")]
    #[activity_error(name = "Late")]
    #[activity_error(name = "TooLate")]
    Late,
}

fn main() {}
