//! A field has no error name.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("late")]
    Late(#[activity_error(name = "Late")] u8),
}

fn main() {}
