//! A shared name is one that another case has as well.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("the bank does not answer")]
    #[activity_error(name = "BankUnreachable")]
    Timeout,
    #[error("the bank refuses connections")]
    #[activity_error(name = "BankUnreachible", shared)]
    Refused,
}

fn main() {}
