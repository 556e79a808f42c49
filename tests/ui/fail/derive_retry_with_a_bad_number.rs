//! What a `Retry` cannot be.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("busy")]
    #[activity_error(retry(max = 0))]
    Busy,
    #[error("late")]
    #[activity_error(retry(backoff = 0.5))]
    Late,
    #[error("slow")]
    #[activity_error(retry(backoff = "2"))]
    Slow,
}

fn main() {}
