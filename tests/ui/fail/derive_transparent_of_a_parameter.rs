//! The names of the inner error must be known.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong<E: ActivityError + 'static> {
    #[error(transparent)]
    #[activity_error(transparent)]
    Inner(E),
}

fn main() {}
