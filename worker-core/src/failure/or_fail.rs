//! `OrFail`: gives a name to an error that has none.

use std::error::Error;

use super::{ErrorName, Failure};

/// Gives an error a name for the state machine, where it is met.
///
/// The failure keeps its name in an `anyhow::Error` and in a boxed error, whatever is put around
/// it there.
/// An error that has names already keeps them in the same way with
/// `.map_err(IntoFailure::into_failure)?`.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{ErrorName, Failure, OrFail as _, activity};
///
/// const NOT_A_NUMBER: ErrorName = ErrorName::from_static("NotANumber");
///
/// #[activity]
/// async fn double(text: String) -> Result<u64, Failure> {
///     let number: u64 = text.parse().or_fail(NOT_A_NUMBER)?;
///     Ok(2 * number)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let failure = double("two".to_owned()).await.unwrap_err();
/// assert_eq!(failure.error(), "NotANumber");
/// assert_eq!(failure.cause(), "invalid digit found in string");
/// # }
/// ```
pub trait OrFail<T> {
    /// Turns the error, with its sources, into a failure of this name.
    ///
    /// # Errors
    ///
    /// There was an error.
    fn or_fail(self, name: ErrorName) -> Result<T, Failure>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> OrFail<T> for Result<T, E> {
    fn or_fail(self, name: ErrorName) -> Result<T, Failure> {
        self.map_err(|error| Failure::from_error(name, &*error.into()))
    }
}
