//! The attribute says something.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("late")]
    #[activity_error]
    Late,
    #[error("slow")]
    #[activity_error = "Slow"]
    Slow,
}

fn main() {}
