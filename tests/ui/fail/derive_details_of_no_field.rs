//! Details are fields of the case.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("declined with code {code}")]
    #[activity_error(details(cod))]
    Declined { code: u16 },
    #[error("late by {0}")]
    #[activity_error(details(seconds))]
    Late(u64),
    #[error("late by {0}")]
    #[activity_error(details(seconds = 1))]
    Later(u64),
    #[error("lost")]
    #[activity_error(details(order))]
    Lost,
}

fn main() {}
