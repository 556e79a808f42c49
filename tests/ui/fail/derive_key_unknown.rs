//! An unknown key is answered with the nearest.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("late")]
    #[activity_error(nane = "Late")]
    Late,
}

fn main() {}
