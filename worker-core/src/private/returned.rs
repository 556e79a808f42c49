//! What a handler returns, and what its future must be like.

use serde::Serialize;

use crate::activity::Call;
use crate::failure::{Failure, IntoFailure};
use crate::payload::Payload;

/// Makes sure that a handler's future may move between threads, and says so at the handler.
pub fn sendable<F: Future + Send>(future: F) -> impl Future<Output = F::Output> + Send {
    future
}

/// What a handler may return: a `Result`, under whatever name.
#[diagnostic::on_unimplemented(
    message = "an activity returns a `Result`, and `{Self}` is none",
    label = "not a `Result`",
    note = "return `Result<{Self}, Error>`, where the error is one of your own with \
            `#[derive(ActivityError)]`, `anyhow::Error`, or `Failure`"
)]
pub trait Returned {
    /// The output of the activity.
    type Output;
    /// The error of the activity.
    type Error;

    /// The same as a plain `Result`.
    ///
    /// # Errors
    ///
    /// The handler's own.
    fn result(self) -> Result<(Self::Output,), (Self::Error,)>;
}

#[diagnostic::do_not_recommend]
impl<T, E> Returned for Result<T, E> {
    type Output = T;
    type Error = E;

    fn result(self) -> Result<(T,), (E,)> {
        match self {
            Ok(output) => Ok((output,)),
            Err(error) => Err((error,)),
        }
    }
}

/// Looks at what a handler returned.
///
/// # Errors
///
/// The handler's own.
pub fn result<R: Returned>(returned: R) -> Result<(R::Output,), (R::Error,)> {
    returned.result()
}

/// What can be the output of an activity: all that can be encoded as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the output of an activity",
    label = "not serializable",
    note = "the output needs `#[derive(serde::Serialize)]`, as does every type in it"
)]
pub trait Output: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Output for T {}

/// Encodes the output.
///
/// # Errors
///
/// As [`Call::output`].
pub fn output<T: Output>(output: T) -> Result<Payload, Failure> {
    Call::output::<T, Failure>(Ok(output))
}

/// Gives the error its name.
///
/// # Errors
///
/// Always: that is what it is for.
pub fn failure<E: IntoFailure>(error: E) -> Result<Payload, Failure> {
    Err(error.into_failure())
}
