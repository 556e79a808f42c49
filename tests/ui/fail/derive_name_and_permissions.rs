//! A case has one name.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("not allowed")]
    #[activity_error(name = "NotAllowed", permissions)]
    Forbidden,
}

fn main() {}
