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
