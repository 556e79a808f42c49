//! A scripted service, contexts and faults, for tests of handlers, of programs and of the
//! worker itself.
//!
//! Meant for tests with a paused clock (`#[tokio::test(start_paused = true)]`): polls are held
//! for 60 virtual seconds. For whole state machines use the crate `sfn-local-engine`.
//!
//! # Faults
//!
//! [`Faults`] is a plan: what befalls the next call of an operation, every call of it, every
//! call during an outage, or a share of all calls at random from a seed. It applies to a
//! [`ScriptedService`], and with [`Faulty`] to any other service. A [`Ledger`] notes what each
//! task went through, and answers afterwards whether one was lost, answered twice, or left
//! without a heartbeat:
//!
//! ```
//! use sfn_worker_core::testing::{Fault, Operation, ScriptedService};
//! use sfn_worker_core::{Worker, activity};
//!
//! #[activity]
//! async fn greet(name: String) -> Result<String, std::convert::Infallible> {
//!     Ok(format!("hello {name}"))
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), sfn_worker_core::BuildError> {
//! let service = ScriptedService::new();
//! let faults = service.faults();
//! faults.next_n(Operation::Poll, 10, Fault::Throttled);
//! faults.next(Operation::Succeed, Fault::AnswerLost);
//!
//! let task = service.offer("greet", r#""Ada""#);
//! let worker = Worker::builder(service.clone()).activity::<greet>().build()?;
//! let shutdown = worker.shutdown_handle();
//! tokio::join!(worker.run(), async {
//!     task.answer().await;
//!     shutdown.drain();
//! });
//! service.ledger().assert_nothing_lost();
//! assert_eq!(service.faults().struck(), 11);
//! # Ok(())
//! # }
//! ```

mod fault;
mod faults;
mod faulty;
mod gate;
mod ledger;
mod operation;
mod rates;
mod script;
mod service;
mod task;

pub use self::fault::Fault;
pub use self::faults::Faults;
pub use self::faulty::Faulty;
pub use self::ledger::{Ledger, Violation};
pub use self::operation::Operation;
pub use self::rates::Rates;
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
