//! A name has at most 256 bytes with its prefix.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
#[activity_error(prefix = "Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.Charge.")]
enum Wrong {
    #[error("declined")]
    Declined,
    #[error("late")]
    Late,
}

fn main() {}
