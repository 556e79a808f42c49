//! Every case of an error has the name that the attribute or Rust gives it.

use std::error::Error;

use sfn_worker_core::ActivityError;

#[derive(Debug, thiserror::Error, ActivityError)]
#[activity_error(prefix = "Charge.")]
enum ChargeError {
    #[error("declined with code {code}")]
    Declined { code: u16 },
    #[error("the bank does not answer")]
    #[activity_error(name = "BankUnreachable")]
    Timeout(#[source] std::io::Error),
    #[error("the bank refuses connections")]
    #[activity_error(name = "BankUnreachable", shared)]
    Refused,
    #[error("not permitted")]
    #[activity_error(permissions)]
    Forbidden,
}

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("no stock")]
struct OutOfStock;

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("no stock of {0}")]
#[activity_error(name = "OutOfStock")]
struct OutOfStockOf(String);

#[derive(Debug, thiserror::Error, ActivityError)]
enum StoreError<E: Error, const N: usize>
where
    E: 'static,
{
    #[error("the store does not answer")]
    Store(#[source] E),
    #[error("{0:?} is not a key")]
    Key([u8; N]),
}

/// The bound of the type's own `Error` is taken over.
#[derive(Debug, thiserror::Error, ActivityError)]
#[error("{0}")]
struct Shown<T>(T);

fn name(error: &impl ActivityError) -> String {
    error.error_name().as_str().to_owned()
}

fn main() {
    assert_eq!(
        ChargeError::NAMES,
        ["Charge.Declined", "BankUnreachable", "States.Permissions"]
    );
    assert_eq!(name(&ChargeError::Declined { code: 5 }), "Charge.Declined");
    assert_eq!(name(&ChargeError::Timeout(std::io::Error::other(""))), "BankUnreachable");
    assert_eq!(name(&ChargeError::Refused), "BankUnreachable");
    assert_eq!(name(&ChargeError::Forbidden), "States.Permissions");
    assert_eq!(name(&OutOfStock), "OutOfStock");
    assert_eq!(name(&OutOfStockOf("tea".to_owned())), "OutOfStock");
    assert_eq!(name(&StoreError::<std::fmt::Error, 1>::Store(std::fmt::Error)), "Store");
    assert_eq!(name(&StoreError::<std::fmt::Error, 1>::Key([1])), "Key");
    assert_eq!(name(&Shown(1)), "Shown");
}
