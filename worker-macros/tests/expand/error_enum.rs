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
    #[activity_error(name = "BankUnreachable", retry(after = "2s", max = 5, backoff = 1.5))]
    Timeout(std::io::Error),
    #[activity_error(name = "BankUnreachable", shared)]
    Refused,
    #[activity_error(permissions, terminal)]
    Forbidden,
    #[activity_error(details(order = 0, cents = 1))]
    Late(String, u64),
}
