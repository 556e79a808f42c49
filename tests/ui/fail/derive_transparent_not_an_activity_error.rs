//! The inner error must name its cases.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error)]
#[error("declined")]
struct Declined;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error(transparent)]
    #[activity_error(transparent)]
    Billing(#[from] Declined),
    #[error("late")]
    Late,
}

fn main() {}
