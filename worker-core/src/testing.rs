//! A scripted service and contexts, for unit tests of handlers and of the worker itself.
//!
//! Meant for tests with a paused clock (`#[tokio::test(start_paused = true)]`): polls are held
//! for 60 virtual seconds. For whole state machines use the crate `sfn-local-engine`.

mod script;
mod service;
mod task;

pub use self::script::Operation;
pub use self::service::ScriptedService;
pub use self::task::{Answer, ScriptedTask};

use crate::context::{ActivityContext, CancelReason};
use crate::departure::Departure;
use crate::name::{NameError, WorkerName};
use crate::token::TaskToken;

/// Makes a context for calling a handler directly.
///
/// # Errors
///
/// The text is not an activity name.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{ActivityContext, CancelReason, testing};
///
/// fn count(context: &ActivityContext) -> u64 {
///     (0..10).take_while(|_| context.check().is_ok()).count() as u64
/// }
///
/// let context = testing::context("count")?;
/// assert_eq!(count(&context), 10);
/// testing::cancel(&context, CancelReason::Deadline);
/// assert_eq!(count(&context), 0);
/// # Ok::<(), sfn_worker_core::NameError>(())
/// ```
pub fn context(activity: &str) -> Result<ActivityContext, NameError> {
    let worker: WorkerName = "test-worker".parse()?;
    let token = TaskToken::new("test-token");
    Ok(ActivityContext::new(
        activity.parse()?,
        worker,
        token,
        None,
        Departure::default(),
    ))
}

/// Cancels a context as the worker would.
pub fn cancel(context: &ActivityContext, reason: CancelReason) {
    context.cancel(reason);
}
