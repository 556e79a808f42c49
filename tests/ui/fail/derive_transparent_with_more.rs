//! What an inner error says of itself is not said again.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("declined")]
struct Declined;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error(transparent)]
    #[activity_error(transparent, name = "Billing", benign, terminal)]
    Billing(#[from] Declined),
}

fn main() {}
