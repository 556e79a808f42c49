#[derive(Debug, thiserror::Error, ActivityError)]
#[error("the charge failed")]
#[activity_error(prefix = "Charge.")]
pub enum ChargeError {
    /// The bank said no,
    /// which is its right.
    ///
    /// More about it.
    #[activity_error(benign, details(code))]
    Declined { code: u16, at: u64 },
    #[activity_error(
        name = "BankUnreachable",
        retry(after = "2s", max = 5, backoff = 1.5)
    )]
    Timeout(std::io::Error),
    #[activity_error(name = "BankUnreachable", shared)]
    Refused,
    #[activity_error(permissions, terminal)]
    Forbidden,
    #[activity_error(details(order = 0, cents = 1))]
    Late(String, u64),
}
#[automatically_derived]
impl ::sfn_worker_core::__private::ActivityError for ChargeError {
    const FAILURES: &'static [::sfn_worker_core::__private::ErrorInfo] = &[
        ::sfn_worker_core::__private::ErrorInfo::new("Charge.Declined")
            .with_description("The bank said no, which is its right.")
            .benign()
            .with_details(&["code"]),
        ::sfn_worker_core::__private::ErrorInfo::new("BankUnreachable")
            .with_retry(::sfn_worker_core::__private::RetryHint::Retry {
                interval_seconds: 2,
                max_attempts: 5,
                backoff_percent: 150,
                max_delay_seconds: ::sfn_worker_core::__private::None,
                jitter: false,
            }),
        ::sfn_worker_core::__private::ErrorInfo::new("States.Permissions")
            .with_retry(::sfn_worker_core::__private::RetryHint::Never),
        ::sfn_worker_core::__private::ErrorInfo::new("Charge.Late")
            .with_details(&["order", "cents"]),
    ];
    const NAMES: &'static [&'static ::sfn_worker_core::__private::str] = &[
        "Charge.Declined",
        "BankUnreachable",
        "States.Permissions",
        "Charge.Late",
    ];
    fn error_name(&self) -> ::sfn_worker_core::__private::ErrorName {
        match self {
            Self::Declined { .. } => {
                ::sfn_worker_core::__private::ErrorName::from_static("Charge.Declined")
            }
            Self::Timeout { .. } => {
                ::sfn_worker_core::__private::ErrorName::from_static("BankUnreachable")
            }
            Self::Refused { .. } => {
                ::sfn_worker_core::__private::ErrorName::from_static("BankUnreachable")
            }
            Self::Forbidden { .. } => {
                ::sfn_worker_core::__private::ErrorName::from_static(
                    "States.Permissions",
                )
            }
            Self::Late { .. } => {
                ::sfn_worker_core::__private::ErrorName::from_static("Charge.Late")
            }
        }
    }
    fn details(
        &self,
    ) -> ::sfn_worker_core::__private::Option<::sfn_worker_core::__private::Details> {
        match self {
            Self::Declined { code: field_0, .. } => {
                ::sfn_worker_core::__private::Some(
                    ::sfn_worker_core::__private::Details::new().with("code", field_0),
                )
            }
            Self::Late { 0: field_0, 1: field_1 } => {
                ::sfn_worker_core::__private::Some(
                    ::sfn_worker_core::__private::Details::new()
                        .with("order", field_0)
                        .with("cents", field_1),
                )
            }
            Self::Timeout { .. } | Self::Refused { .. } | Self::Forbidden { .. } => {
                ::sfn_worker_core::__private::None
            }
        }
    }
}
