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
#[automatically_derived]
impl<'a> ::sfn_worker_core::__private::ActivityError for OrderError<'a> {
    const FAILURES: &'static [::sfn_worker_core::__private::ErrorInfo] = {
        const PARTS: [::sfn_worker_core::__private::Part; 4] = [
            ::sfn_worker_core::__private::Part::new(
                &[::sfn_worker_core::__private::ErrorInfo::new("NotFound")],
            ),
            ::sfn_worker_core::__private::Part::shared(
                &[::sfn_worker_core::__private::ErrorInfo::new("Late")],
            ),
            ::sfn_worker_core::__private::Part::new(
                <BillingError<
                    'static,
                > as ::sfn_worker_core::__private::ActivityError>::FAILURES,
            ),
            ::sfn_worker_core::__private::Part::shared(
                <ShippingError as ::sfn_worker_core::__private::ActivityError>::FAILURES,
            ),
        ];
        const _: () = ::sfn_worker_core::__private::assert_unshared(&PARTS, 2);
        const MERGED: [::sfn_worker_core::__private::ErrorInfo; ::sfn_worker_core::__private::distinct(
            &PARTS,
        )] = ::sfn_worker_core::__private::merged(&PARTS);
        &MERGED
    };
    fn error_name(&self) -> ::sfn_worker_core::__private::ErrorName {
        match self {
            Self::Billing { 0: field_0 } => {
                <BillingError<
                    'a,
                > as ::sfn_worker_core::__private::ActivityError>::error_name(field_0)
            }
            Self::Shipping { source: field_0, .. } => {
                <ShippingError as ::sfn_worker_core::__private::ActivityError>::error_name(
                    field_0,
                )
            }
            Self::NotFound { .. } => {
                ::sfn_worker_core::__private::ErrorName::from_static("NotFound")
            }
            Self::Old { .. } => {
                ::sfn_worker_core::__private::ErrorName::from_static("Late")
            }
        }
    }
    fn details(
        &self,
    ) -> ::sfn_worker_core::__private::Option<::sfn_worker_core::__private::Details> {
        match self {
            Self::Billing { 0: field_0 } => {
                <BillingError<
                    'a,
                > as ::sfn_worker_core::__private::ActivityError>::details(field_0)
            }
            Self::Shipping { source: field_0, .. } => {
                <ShippingError as ::sfn_worker_core::__private::ActivityError>::details(
                    field_0,
                )
            }
            Self::NotFound { .. } | Self::Old { .. } => {
                ::sfn_worker_core::__private::None
            }
        }
    }
}
