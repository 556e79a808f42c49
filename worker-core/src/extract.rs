//! Arguments of handlers beside the input: `FromCall` and `OptionalFromCall`.

mod deadline;
mod execution;
mod idempotency;
mod missing;
mod told;

pub use self::deadline::Deadline;
pub use self::execution::Execution;
pub use self::idempotency::IdempotencyKey;

use self::missing::envelope_missing;
use crate::activity::Call;
use crate::context::ActivityContext;
use crate::description::Description;
use crate::failure::Failure;

/// What a handler can take as an argument beside its input.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{Call, Failure, FromCall, activity};
///
/// /// The length of the input as it came.
/// struct InputBytes(usize);
///
/// impl FromCall for InputBytes {
///     fn from_call(call: &Call) -> Result<Self, Failure> {
///         Ok(Self(call.payload().as_str().len()))
///     }
/// }
///
/// #[activity]
/// async fn measure(size: InputBytes) -> Result<usize, Failure> {
///     Ok(size.0)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be taken out of a call",
    label = "not an extractor",
    note = "implement `FromCall` for it"
)]
pub trait FromCall: Sized {
    /// Says what must be there, so that a worker without it does not start.
    fn describe(_description: &mut Description) {}

    /// Takes the argument out of the call.
    ///
    /// # Errors
    ///
    /// What the task fails with when the argument cannot be had.
    fn from_call(call: &Call) -> Result<Self, Failure>;
}

/// An extractor that can be absent: a handler may take it as `Option<Self>`.
///
/// What is there and wrong is still an error.
pub trait OptionalFromCall: FromCall {
    /// Takes the argument out of the call, if it is there.
    ///
    /// # Errors
    ///
    /// It is there, and is not what it should be.
    fn optional_from_call(call: &Call) -> Result<Option<Self>, Failure>;
}

impl<T: OptionalFromCall> FromCall for Option<T> {
    fn from_call(call: &Call) -> Result<Self, Failure> {
        T::optional_from_call(call)
    }
}

impl FromCall for ActivityContext {
    fn from_call(call: &Call) -> Result<Self, Failure> {
        Ok(call.context().clone())
    }
}
