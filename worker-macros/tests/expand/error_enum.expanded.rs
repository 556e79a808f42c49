#[derive(Debug, thiserror::Error, ActivityError)]
#[error("the charge failed")]
#[activity_error(prefix = "Charge.")]
pub enum ChargeError {
    Declined { code: u16 },
    #[activity_error(name = "BankUnreachable")]
    Timeout(std::io::Error),
    #[activity_error(name = "BankUnreachable")]
    Refused,
    #[activity_error(permissions)]
    Forbidden,
}
#[automatically_derived]
impl ::sfn_worker_core::__private::ActivityError for ChargeError {
    const NAMES: &'static [&'static ::sfn_worker_core::__private::str] = &[
        "Charge.Declined",
        "BankUnreachable",
        "States.Permissions",
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
        }
    }
}
