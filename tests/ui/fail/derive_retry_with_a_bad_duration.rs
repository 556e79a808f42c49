//! State machines wait for whole seconds.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("busy")]
    #[activity_error(retry(after = "soon"))]
    Busy,
    #[error("late")]
    #[activity_error(retry(after = "1500ms"))]
    Late,
    #[error("slow")]
    #[activity_error(retry(after = 2))]
    Slow,
    #[error("down")]
    #[activity_error(retry(after = "10s", max_delay = "5s"))]
    Down,
}

fn main() {}
