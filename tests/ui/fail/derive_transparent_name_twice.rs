//! An inner error can bring a name that another case has.

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
enum BillingError {
    #[error("declined")]
    Declined,
    #[error("there is no such customer")]
    NotFound,
}

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("there is no such order")]
    NotFound,
    #[error(transparent)]
    #[activity_error(transparent)]
    Billing(#[from] BillingError),
}

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("generic")]
enum Generic<T> {
    NotFound(T),
    #[activity_error(transparent)]
    Billing(BillingError),
}

fn main() {}
