//! What is said of a name holds for every case that shares it.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("the bank does not answer")]
    #[activity_error(name = "BankUnreachable", retry(after = "2s"))]
    Timeout,
    #[error("the bank refuses connections")]
    #[activity_error(name = "BankUnreachable", shared, terminal)]
    Refused,
}

fn main() {}
