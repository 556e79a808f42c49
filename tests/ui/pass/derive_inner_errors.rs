//! The names of an inner error are those of the outer one.

use std::sync::Arc;

use sfn_worker_core::{ActivityError, Cancelled, Description, IntoFailure, RetryHint};

#[derive(Debug, thiserror::Error, ActivityError)]
enum BillingError {
    /// The bank said no.
    #[error("declined with code {code}")]
    #[activity_error(benign, terminal, details(code))]
    Declined { code: u16 },
    #[error("there is no such customer")]
    NotFound,
}

#[derive(Debug, thiserror::Error, ActivityError)]
#[activity_error(prefix = "Shipping.")]
enum ShippingError<'a> {
    #[error("{0} is no address")]
    Address(&'a str),
    #[error("there is no such parcel")]
    #[activity_error(name = "NotFound")]
    NotFound,
}

#[derive(Debug, thiserror::Error, ActivityError)]
enum OrderError<'a> {
    #[error(transparent)]
    #[activity_error(transparent)]
    Billing(#[from] Box<BillingError>),
    #[error("order {order} was not sent")]
    #[activity_error(transparent = cause, shared)]
    Shipping { order: u64, cause: ShippingError<'a> },
    #[error("the order is empty")]
    Empty,
    #[error(transparent)]
    #[activity_error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Errors of errors.
#[derive(Debug, thiserror::Error, ActivityError)]
#[error("attempt {attempt} failed")]
#[activity_error(transparent = source)]
struct Attempt {
    attempt: u32,
    source: Arc<OrderError<'static>>,
}

fn main() {
    assert_eq!(OrderError::NAMES, ["Empty", "Declined", "NotFound", "Shipping.Address"]);
    assert_eq!(Attempt::NAMES, OrderError::NAMES);
    let declined = Attempt::FAILURES[1];
    assert_eq!(declined.description, Some("The bank said no."));
    assert_eq!((declined.benign, declined.retry), (true, Some(RetryHint::Never)));
    assert_eq!(declined.details, ["code"]);

    let source = OrderError::from(Box::new(BillingError::Declined { code: 51 }));
    let attempt = Attempt { attempt: 2, source: Arc::new(source) };
    let failure = attempt.into_failure();
    assert_eq!(failure.error(), "Declined");
    assert_eq!(failure.cause(), "attempt 2 failed: declined with code 51");
    assert_eq!(failure.details().unwrap()["code"], 51);
    assert!(failure.is_benign());

    for (cause, name) in [
        (ShippingError::Address("nowhere"), "Shipping.Address"),
        (ShippingError::NotFound, "NotFound"),
    ] {
        let error = OrderError::Shipping { order: 7, cause };
        assert_eq!(error.error_name().as_str(), name);
        assert_eq!(error.details(), None);
    }
    let mut description = Description::default();
    Attempt::describe(&mut description);
    assert_eq!(description.errors(), OrderError::FAILURES);
    assert!(!description.has_other_errors());
    let names = [BillingError::NotFound.error_name(), OrderError::Empty.error_name()];
    assert_eq!(names.map(|name| name.to_string()), ["NotFound", "Empty"]);
}
