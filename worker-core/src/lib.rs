//! The activity worker framework for AWS Step Functions.
#![cfg_attr(
    all(feature = "aws", feature = "macros", feature = "signals"),
    doc = "",
    doc = include_str!("../README.md")
)]
#![warn(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::return_self_not_must_use,
    clippy::unwrap_used
)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod activity;
mod blocking;
pub mod claim_check;
mod completion;
mod context;
pub mod contract;
pub mod definition;
mod departure;
mod description;
mod envelope;
mod extract;
mod failure;
mod name;
mod outbox;
mod outcome;
mod payload;
pub mod platform;
mod rate;
mod service;
#[cfg(feature = "signals")]
pub mod signals;
mod state;
mod straggler;
mod telemetry;
#[cfg(feature = "test-util")]
pub mod testing;
mod token;
mod worker;

pub use activity::{Activity, ActivityOptions, Call};
pub use completion::Completion;
pub use context::{ActivityContext, CancelReason, Cancelled, Progress};
pub use description::{Description, ErrorInfo, Location, RetryHint};
pub use envelope::Envelope;
pub use extract::FromCall;
pub use failure::{ActivityError, ErrorName, ErrorNameError, Failure, IntoFailure, names};
pub use name::{ActivityArn, ActivityName, NameError, WorkerName};
#[cfg(feature = "outbox-seal")]
pub use outbox::OutboxKey;
pub use outbox::{Outbox, OutboxBuilder, OutboxError};
pub use outcome::Outcome;
pub use payload::Payload;
pub use rate::{Rate, RateError};
#[cfg(feature = "aws")]
pub use service::aws::{AwsConfigError, AwsService};
pub use service::{ActivityService, Disposition, PolledTask, ServiceError, ServiceFuture};
pub use state::State;
pub use straggler::Straggler;
pub use token::TaskToken;
pub use worker::{
    BuildError, Ending, HandlerService, Phase, Problem, ShutdownHandle, Summary, Tally, Worker,
    WorkerBuilder,
};

/// Makes an activity of a function.
///
/// The function stays as it is: it can be called and tested like any other.
/// Beside it stands a type of the same name that implements [`Activity`]; a worker is given
/// that type, `.activity::<charge>()`.
/// An activity that is given to no worker is dead code, and the compiler says so.
/// A module or a type of the same name in the same place is a conflict.
///
/// # Arguments
///
/// A function takes at most one *input*, which is decoded from the JSON of the task, and an
/// [`ActivityContext`] if it wants one, in any order and with any pattern.
/// What an argument is, its type decides: the input is whatever implements
/// `serde::Deserialize`.
/// Arguments are taken by value.
///
/// # Result
///
/// The function returns a `Result`, under this name or another.
/// The output is whatever implements `serde::Serialize`.
/// The error is one with `#[derive(ActivityError)]`, a [`Failure`], [`Cancelled`], an
/// `anyhow::Error`, or a `Box<dyn Error + Send + Sync>`; the last two have no name and are sent
/// as `States.TaskFailed`.
///
/// # Options
///
/// | option | meaning | without it |
/// |---|---|---|
/// | `name = "charge-card"` | the name of the activity for the service, checked by the rule of [`ActivityName`] | the function's name |
/// | `blocking` | the function is not `async` and may block its thread: it gets one of the worker's own | the function must be `async` |
/// | `heartbeat = "10s"` | how often the worker says that a task is alive | the worker's configuration decides |
/// | `timeout = "5m"` | how long the handler may run before it is cancelled and failed as `States.Timeout` | no limit, unless the configuration sets one |
/// | `concurrency = 4` | how many tasks of the activity run at a time in one worker | 16, unless the configuration says otherwise |
/// | `heartbeat_timeout = "30s"` | the state's `HeartbeatSeconds`: how long the service waits for a heartbeat; unless `heartbeat` is given too, a third of it is the interval | nothing is known of it |
/// | `stall_after = "2m"` | how long the handler may show no sign of life before it is cancelled and failed as `Worker.Stalled` | as long as it likes |
/// | `rate = "50/s"` | how many tasks of the activity may start in a span of time in one worker, in the notation of [`Rate`] | as many as there are slots for |
/// | `crate = ::path` | where this crate is found, if it has another name | `::sfn_worker_core` |
///
/// Durations are whole numbers with units, such as `"500ms"`, `"10s"`, `"1m30s"` or `"2h"`, in the
/// notation of the crate `humantime`; at least `"1ms"`.
/// The heartbeat interval is shorter than the timeout and than the heartbeat timeout.
/// Signs of life are `progress`, `check` and `heartbeat` of the [`ActivityContext`].
///
/// # Examples
///
/// An async function with an input, an output and an error of its own:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use sfn_worker_core::{Activity, ActivityError, activity};
///
/// #[derive(Deserialize)]
/// struct Order {
///     id: u64,
///     cents: u64,
/// }
///
/// #[derive(Debug, PartialEq, Serialize)]
/// struct Receipt {
///     order: u64,
/// }
///
/// #[derive(Debug, PartialEq, thiserror::Error, ActivityError)]
/// enum ChargeError {
///     #[error("order {0} has nothing to pay")]
///     NothingToPay(u64),
/// }
///
/// /// Charges a card.
/// #[activity(name = "charge-card", heartbeat = "10s", timeout = "1m30s")]
/// async fn charge(order: Order) -> Result<Receipt, ChargeError> {
///     if order.cents == 0 {
///         return Err(ChargeError::NothingToPay(order.id));
///     }
///     Ok(Receipt { order: order.id })
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // The type is what a worker is given …
/// assert_eq!(charge::NAME, "charge-card");
/// // … and the function is what a test calls.
/// let receipt = charge(Order { id: 7, cents: 250 }).await;
/// assert_eq!(receipt, Ok(Receipt { order: 7 }));
/// # }
/// ```
///
/// A function that stops when its task is no longer wanted:
///
/// ```
/// use sfn_worker_core::{ActivityContext, Cancelled, activity};
/// # async fn copy_file(_: &str) {}
///
/// #[activity(heartbeat = "5s")]
/// async fn copy(context: ActivityContext, files: Vec<String>) -> Result<u64, CopyError> {
///     let mut copied = 0;
///     for file in &files {
///         context.check()?;
///         copy_file(file).await;
///         copied += 1;
///         context.progress(copied, files.len() as u64);
///     }
///     Ok(copied)
/// }
///
/// #[derive(Debug, thiserror::Error, sfn_worker_core::ActivityError)]
/// enum CopyError {
///     #[error(transparent)]
///     Cancelled(#[from] Cancelled),
/// }
/// ```
///
/// A function that blocks its thread, here by computing:
///
/// ```
/// use std::error::Error;
///
/// use sfn_worker_core::{ActivityContext, activity};
///
/// #[activity(blocking, concurrency = 2)]
/// fn primes_below(
///     limit: u64,
///     context: ActivityContext,
/// ) -> Result<Vec<u64>, Box<dyn Error + Send + Sync>> {
///     let mut primes: Vec<u64> = Vec::new();
///     for number in 2..limit {
///         context.check()?; // nothing else can stop a blocking handler
///         if primes.iter().all(|prime| number % prime != 0) {
///             primes.push(number);
///         }
///     }
///     Ok(primes)
/// }
/// ```
///
/// Neither input nor output:
///
/// ```
/// use sfn_worker_core::{Activity, ActivityOptions, Failure, activity};
///
/// #[activity]
/// async fn reconcile() -> Result<(), Failure> {
///     Ok(())
/// }
///
/// assert_eq!(reconcile::NAME, "reconcile");
/// assert_eq!(reconcile::OPTIONS, ActivityOptions::new());
/// ```
#[cfg(feature = "macros")]
pub use sfn_worker_macros::activity;

/// Names the cases of an error for the state machine: implements the trait
/// [`ActivityError`](trait@ActivityError).
///
/// The name is what `Retry` and `Catch` match, so it is an interface of the activity.
/// It is the name of the variant, or of the struct, unless an attribute says otherwise:
///
/// | attribute | where | meaning |
/// |---|---|---|
/// | `#[activity_error(name = "CardDeclined")]` | variant, struct | exactly this name |
/// | `#[activity_error(permissions)]` | variant, struct | `States.Permissions`, the language's own name for what is not permitted |
/// | `#[activity_error(prefix = "Charge.")]` | enum, struct | stands before every name that comes from Rust, not before those given with `name` |
/// | `#[activity_error(crate = ::path)]` | enum, struct | where this crate is found, if it has another name |
///
/// Variants may share a name.
/// A name has 1 to 256 bytes and does not begin with `States.`, which is reserved by the
/// states language.
/// The type must implement `std::error::Error`, for example with the crate `thiserror`: its
/// text and those of its sources become the cause.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::ActivityError;
///
/// #[derive(Debug, thiserror::Error, ActivityError)]
/// #[activity_error(prefix = "Charge.")]
/// enum ChargeError {
///     #[error("the bank declined with code {code}")]
///     Declined { code: u16 },
///     #[error("the bank does not answer")]
///     #[activity_error(name = "BankUnreachable")]
///     Timeout(#[source] std::io::Error),
///     #[error("this account may not be charged")]
///     #[activity_error(permissions)]
///     Forbidden,
/// }
///
/// let error = ChargeError::Declined { code: 51 };
/// assert_eq!(error.error_name().as_str(), "Charge.Declined");
/// assert_eq!(
///     ChargeError::NAMES,
///     ["Charge.Declined", "BankUnreachable", "States.Permissions"]
/// );
/// ```
#[cfg(feature = "macros")]
pub use sfn_worker_macros::ActivityError;
