//! `ActivityError`: an error whose every case has a name for the state machine.

use std::error::Error;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Details, ErrorName};
use crate::description::ErrorInfo;

/// An error whose every case has a name that a state machine can match.
///
/// Derived with `#[derive(ActivityError)]`: the name is the variant's own, or the one that
/// `#[activity_error(name = "…")]` gives it.
///
/// # Examples
///
/// By hand, where the derive does not fit:
///
/// ```
/// use sfn_worker_core::{ActivityError, ErrorInfo, ErrorName};
///
/// #[derive(Debug, thiserror::Error)]
/// #[error("the bank answered {0}")]
/// struct BankError(u16);
///
/// const BUSY: ErrorInfo = ErrorInfo::new("BankBusy").with_description("it may work later");
/// const REFUSED: ErrorInfo = ErrorInfo::new("BankRefused");
///
/// impl ActivityError for BankError {
///     const FAILURES: &'static [ErrorInfo] = &[BUSY, REFUSED];
///
///     fn error_name(&self) -> ErrorName {
///         ErrorName::from_static(if self.0 == 503 { BUSY.name } else { REFUSED.name })
///     }
/// }
///
/// assert_eq!(BankError::NAMES, ["BankBusy", "BankRefused"]);
/// assert_eq!(BankError(503).error_name().as_str(), "BankBusy");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name its errors for the state machine",
    label = "this error type does not implement `ActivityError`",
    note = "add `#[derive(ActivityError)]` to it, next to `Debug` and an `Error` implementation"
)]
pub trait ActivityError: Error {
    /// Every name that [`error_name`](Self::error_name) can return, each once, and what is known
    /// of it. Names of [`names`](crate::names) that the worker itself sends need not be here.
    const FAILURES: &'static [ErrorInfo];

    /// The names of [`FAILURES`](Self::FAILURES), of which there are at most 256.
    const NAMES: &'static [&'static str] = Names::<Self>::LISTED;

    /// The name of this error.
    fn error_name(&self) -> ErrorName;

    /// What the state machine can read about it besides the name.
    fn details(&self) -> Option<Details> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<E: ActivityError> ActivityError for Box<E> {
    const FAILURES: &'static [ErrorInfo] = E::FAILURES;
    const NAMES: &'static [&'static str] = E::NAMES;

    fn error_name(&self) -> ErrorName {
        (**self).error_name()
    }

    fn details(&self) -> Option<Details> {
        (**self).details()
    }
}

#[diagnostic::do_not_recommend]
impl<E: ActivityError> ActivityError for Arc<E> {
    const FAILURES: &'static [ErrorInfo] = E::FAILURES;
    const NAMES: &'static [&'static str] = E::NAMES;

    fn error_name(&self) -> ErrorName {
        (**self).error_name()
    }

    fn details(&self) -> Option<Details> {
        (**self).details()
    }
}

/// The names of an error type. A constant of a trait cannot have the length of another one; a
/// longer array, of which a part is used, can be made.
struct Names<E: ?Sized>(PhantomData<E>);

impl<E: ActivityError + ?Sized> Names<E> {
    const LISTED: &'static [&'static str] = Self::ALL.split_at(E::FAILURES.len()).0;
    const ALL: &'static [&'static str; 256] = &{
        let mut names = [""; 256];
        let mut index = 0;
        while index < E::FAILURES.len() {
            names[index] = E::FAILURES[index].name;
            index += 1;
        }
        names
    };
}
