//! Which field is the inner error must be clear.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("declined")]
struct Declined;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("order {order} was not charged")]
    #[activity_error(transparent)]
    Billing { order: u64, source: Declined },
    #[error("late")]
    #[activity_error(transparent)]
    Late,
    #[error("order {order} was not sent")]
    #[activity_error(transparent = sauce)]
    Shipping { order: u64, source: Declined },
}

fn main() {}
