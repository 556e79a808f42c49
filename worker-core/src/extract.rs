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
use crate::payload::Payload;

/// What a handler can take as an argument beside its input: an extractor.
///
/// A handler takes any number of them, in any order. [`ActivityContext`] is one,
/// [`State`](crate::State) is one, and [`Payload`] is one, for the input as it came.
/// [`Execution`], [`IdempotencyKey`], [`Deadline`], [`TraceContext`](crate::TraceContext) and
/// [`Envelope`](crate::Envelope) say what the state told of the task.
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
///
/// Made of others, which say what they need themselves:
///
/// ```
/// use sfn_worker_core::{Call, Description, Failure, FromCall, State};
/// # struct Pool;
///
/// /// A connection for the activity that asks.
/// struct Connection {
///     pool: State<Pool>,
///     label: String,
/// }
///
/// impl FromCall for Connection {
///     fn describe(description: &mut Description) {
///         State::<Pool>::describe(description);
///     }
///
///     fn from_call(call: &Call) -> Result<Self, Failure> {
///         Ok(Self {
///             pool: State::from_call(call)?,
///             label: call.context().activity().to_string(),
///         })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be taken out of a call",
    label = "not an extractor",
    note = "an extractor is `ActivityContext`, `State<T>`, or a type of your own that \
            implements `FromCall`"
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
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{Call, Failure, FromCall, OptionalFromCall, State, activity};
/// # struct Metrics;
/// # impl Metrics { fn count(&self) {} }
///
/// #[activity]
/// async fn greet(name: String, metrics: Option<State<Metrics>>) -> Result<String, Failure> {
///     if let Some(metrics) = metrics {
///         metrics.count();
///     }
///     Ok(format!("hello {name}"))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`Option<{Self}>` cannot be taken out of a call",
    label = "never absent",
    note = "take `{Self}` itself, or implement `OptionalFromCall` for it if it can be absent"
)]
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

/// The input as it came, not decoded.
impl FromCall for Payload {
    fn from_call(call: &Call) -> Result<Self, Failure> {
        Ok(call.payload().clone())
    }
}
