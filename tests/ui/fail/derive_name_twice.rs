//! A state machine tells cases apart by their names.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("the bank does not answer")]
    #[activity_error(name = "BankUnreachable")]
    Timeout,
    #[error("the bank refuses connections")]
    #[activity_error(name = "BankUnreachable")]
    Refused,
    #[error("the bank is closed")]
    BankUnreachable,
}

fn main() {}
