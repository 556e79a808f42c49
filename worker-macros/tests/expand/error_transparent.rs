#[derive(Debug, thiserror::Error, ActivityError)]
pub enum OrderError<'a> {
    #[error(transparent)]
    #[activity_error(transparent)]
    Billing(#[from] BillingError<'a>),
    #[error("order {order} could not be sent")]
    #[activity_error(transparent = source, shared)]
    Shipping { order: u64, source: ShippingError },
    #[error("there is no such order")]
    NotFound,
    #[error("the order is old")]
    #[activity_error(name = "Late", shared)]
    Old(&'a str),
}
