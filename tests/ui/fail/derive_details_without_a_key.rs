//! A detail has a name.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("declined with code {0}")]
    #[activity_error(details(0))]
    Declined(u16),
    #[error("late")]
    #[activity_error(details())]
    Late(u16),
    #[error("slow")]
    #[activity_error(details)]
    Slow(u16),
    #[error("twice")]
    #[activity_error(details(code = 0, code = 1))]
    Twice(u16, u16),
}

fn main() {}
