//! Trying again may help, or it cannot.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("busy")]
    #[activity_error(retry(max = 2), terminal)]
    Busy,
}

fn main() {}
