//! An unknown key of `retry` is answered with the nearest.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("busy")]
    #[activity_error(retry(aftr = "2s", attempts = 5))]
    Busy,
    #[error("late")]
    #[activity_error(retry = "2s")]
    Late,
}

fn main() {}
