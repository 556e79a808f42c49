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
mod activities;
mod activity;
mod blocking;
mod caught;
pub mod claim_check;
mod completion;
mod context;
pub mod contract;
mod decode;
pub mod definition;
mod departure;
mod description;
#[cfg(feature = "discovery")]
mod discovery;
mod envelope;
mod extract;
mod failure;
#[cfg(all(doc, feature = "aws", feature = "macros", feature = "signals"))]
pub mod guide;
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

pub use activities::{Activities, ActivityEntry, ActivitySet};
pub use activity::{Activity, ActivityOptions, Call};
pub use completion::Completion;
pub use context::{ActivityContext, CancelReason, Cancelled, Progress};
pub use description::{Description, ErrorInfo, Location, RetryHint};
pub use envelope::{
    Envelope, EnvelopeFormat, NoEnvelope, SpanId, StandardEnvelope, TraceContext,
    TraceContextError, TraceId,
};
pub use extract::{Deadline, Execution, FromCall, IdempotencyKey, OptionalFromCall};
pub use failure::{
    ActivityError, Detail, Details, ErrorName, ErrorNameError, Failure, IntoFailure, OrFail, names,
};
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
/// The documentation of the function becomes the description of the activity.
/// Methods become activities with their `impl` block: see [`activities`].
///
/// # Arguments
///
/// A function takes at most one *input*, which is decoded from the JSON of the task, and any
/// number of *extractors*, in any order and with any pattern.
/// What an argument is, its type decides: the input is whatever implements
/// `serde::Deserialize`, and an extractor is whatever implements [`FromCall`].
///
/// | extractor | what it is |
/// |---|---|
/// | [`ActivityContext`] | the task: whether it is still wanted, how far it is, its names |
/// | [`State<T>`](State) | a value that the worker was given with [`state`](WorkerBuilder::state); a worker without it is not built |
/// | `Option<State<T>>` | the same, where the worker may do without; so for each extractor that is an [`OptionalFromCall`] |
/// | [`Execution`] | which attempt of which state of which execution the task is, from its envelope |
/// | [`IdempotencyKey`] | what is the same in every attempt at the same work |
/// | [`Deadline`] | until when the task must be done |
/// | [`TraceContext`], [`Envelope`] | the trace, and all else that the state tells of itself |
/// | [`Payload`] | the input as it came |
/// | a type of your own | whatever its [`FromCall`] makes of the call |
///
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
/// | `unknown_fields = "refuse"` | fields of the input that its type does not have make the input invalid | they are passed over |
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
///     #[activity_error(transparent)]
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
/// A function that shares a value with others:
///
/// ```
/// use std::collections::HashMap;
///
/// use sfn_worker_core::{Failure, State, Worker, activity, testing::ScriptedService};
///
/// type Prices = HashMap<String, u64>;
///
/// /// Looks a price up.
/// #[activity]
/// async fn price(article: String, prices: State<Prices>) -> Result<Option<u64>, Failure> {
///     Ok(prices.get(&article).copied())
/// }
///
/// let worker = Worker::builder(ScriptedService::new())
///     .state(Prices::from([("tea".to_owned(), 450)]))
///     .activity::<price>()
///     .build()?;
/// # Ok::<(), sfn_worker_core::BuildError>(())
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

/// Makes activities of the methods of a value.
///
/// The block stays as it is, with all that is in it: its methods can be called and tested like
/// any others.
/// A method that is marked with `#[activity]` becomes an activity, by the rules of
/// [`activity`]; the others are none.
/// The type implements [`Activities`], and a worker is given a value of it:
/// `.activities(Billing { .. })`.
/// Such activities are never found by `annotated`, since only you have the value.
///
/// # The value
///
/// A method takes `&self`; all tasks share the one value, also at the same time.
/// What changes is behind a lock or in an atomic.
/// The type is `Send + Sync`.
/// A function without `self` can be an activity of the block as well; it has no use for the
/// value, but belongs to the others.
/// The value is also a [`State`] of the worker: other handlers can take `State<Billing>`.
///
/// A type has one block with `#[activities]`, and the block is not generic, since the names of
/// the activities are not: what varies, in tests perhaps, is a `dyn` trait in a field.
///
/// # Options
///
/// | option | meaning |
/// |---|---|
/// | `prefix = "billing-"` | stands before every name that is taken from a method, not before those given with `name` |
/// | `defaults(timeout = "10m", …)` | options for every activity of the block that does not set them itself: `heartbeat`, `timeout`, `concurrency`, `heartbeat_timeout`, `stall_after`, `rate`, `unknown_fields` |
/// | `crate = ::path` | where this crate is found, if it has another name |
///
/// # Examples
///
/// ```
/// use serde::Deserialize;
/// use sfn_worker_core::{
///     ActivityContext, ActivitySet, Cancelled, Failure, Worker, activities, activity,
///     testing::ScriptedService,
/// };
/// # struct Bank;
/// # impl Bank {
/// #     async fn pay_back(&self, _: &str, cents: u64) -> Result<u64, Failure> { Ok(cents) }
/// # }
///
/// struct Billing {
///     bank: Bank,
/// }
///
/// #[derive(Deserialize)]
/// struct Refund {
///     payment: String,
///     cents: u64,
/// }
///
/// #[activities(prefix = "billing-", defaults(timeout = "10m", heartbeat = "15s"))]
/// impl Billing {
///     /// Gives money back.
///     #[activity]
///     async fn refund(&self, refund: Refund) -> Result<u64, Failure> {
///         self.bank.pay_back(&refund.payment, refund.cents).await
///     }
///
///     #[activity(blocking, name = "close-books", concurrency = 1, timeout = "2h")]
///     fn close(&self, days: Vec<u32>, context: ActivityContext) -> Result<u32, Cancelled> {
///         let mut sum = 0;
///         for day in days {
///             context.check()?;
///             sum += self.close_day(day);
///         }
///         Ok(sum)
///     }
///
///     fn close_day(&self, day: u32) -> u32 {
///         day
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // A test calls the methods …
/// let billing = Billing { bank: Bank };
/// let refund = Refund { payment: "p-7".to_owned(), cents: 250 };
/// assert_eq!(billing.refund(refund).await?, 250);
///
/// // … or looks at what they are for a worker …
/// let names: Vec<_> = ActivitySet::of::<Billing>().iter().map(|entry| entry.name()).collect();
/// assert_eq!(names, ["billing-refund", "close-books"]);
///
/// // … and a worker is given the value.
/// let worker = Worker::builder(ScriptedService::new()).activities(billing).build()?;
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "macros")]
pub use sfn_worker_macros::activities;

/// Names the cases of an error for the state machine: implements the trait
/// [`ActivityError`](trait@ActivityError).
///
/// The name is what `Retry` and `Catch` match, so it is an interface of the activity.
/// It is the name of the variant, or of the struct, unless an attribute says otherwise:
///
/// | attribute | where | meaning |
/// |---|---|---|
/// | `name = "CardDeclined"` | variant, struct | exactly this name |
/// | `shared` | variant | other variants have this name as well |
/// | `permissions`, `timeout`, `task_failed`, `data_limit_exceeded` | variant, struct | the language's own name: `States.Permissions`, `States.Timeout`, `States.TaskFailed`, `States.DataLimitExceeded` |
/// | `transparent`, `transparent = source` | variant, struct | the names of the only field, or of the field `source` (a tuple's by number), which is an `ActivityError` too |
/// | `details(code, order = 1)` | variant, struct | fields that the state machine can read, each under a key; a tuple's are given one |
/// | `benign` | variant, struct | an ordinary result and no trouble: the worker logs it at the level of debugging and counts it apart |
/// | `retry(after = "2s", max = 5, backoff = 2.0, max_delay = "1m", jitter)` | variant, struct | trying again may help, and how; what is left out is as in the states language: `"1s"`, `3`, `2.0`, no limit, no jitter |
/// | `terminal` | variant, struct | trying again cannot help |
/// | `prefix = "Charge."` | enum, struct | stands before every name that comes from Rust, not before those given with `name` or by an inner error |
/// | `crate = ::path` | enum, struct | where this crate is found, if it has another name |
///
/// All of them stand in one `#[activity_error(…)]`.
///
/// A name has 1 to 256 bytes and does not begin with `States.`, which is reserved by the
/// states language.
/// Two cases with one name are a mistake unless all but one of them say `shared`, because a
/// state machine cannot tell them apart; what is said of one then holds for all.
/// That goes for the names of inner errors, too: `transparent, shared`.
///
/// The type must implement `std::error::Error`, with the crate `thiserror` or without: its
/// text and those of its sources become the cause.
/// The fields in `details` implement `serde::Serialize`; they are sent where causes are JSON, see
/// [`WorkerBuilder::cause_json`] and [`Details`].
///
/// All names are in the constant [`NAMES`](trait@ActivityError#associatedconstant.NAMES), and what
/// is known of each, with the first paragraph of its documentation, in
/// [`FAILURES`](trait@ActivityError#associatedconstant.FAILURES).
/// Hints about retries change nothing by themselves: they are for whoever writes or checks the
/// `Retry` of the state.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{ActivityError, IntoFailure as _, RetryHint};
///
/// #[derive(Debug, thiserror::Error, ActivityError)]
/// #[activity_error(prefix = "Charge.")]
/// enum ChargeError {
///     /// The bank said no.
///     #[error("the bank declined with code {code}")]
///     #[activity_error(benign, terminal, details(code))]
///     Declined { code: u16 },
///     #[error("the bank does not answer")]
///     #[activity_error(name = "BankUnreachable", retry(after = "2s", max = 5))]
///     Timeout(#[source] std::io::Error),
///     #[error("the bank refuses connections")]
///     #[activity_error(name = "BankUnreachable", shared)]
///     Refused,
///     #[error("this account may not be charged")]
///     #[activity_error(permissions)]
///     Forbidden,
/// }
///
/// assert_eq!(
///     ChargeError::NAMES,
///     ["Charge.Declined", "BankUnreachable", "States.Permissions"]
/// );
/// let declined = ChargeError::FAILURES[0];
/// assert_eq!(declined.description, Some("The bank said no."));
/// assert_eq!(declined.retry, Some(RetryHint::Never));
///
/// let failure = ChargeError::Declined { code: 51 }.into_failure();
/// assert_eq!(failure.error(), "Charge.Declined");
/// assert_eq!(failure.cause(), "the bank declined with code 51");
/// assert_eq!(failure.details().unwrap()["code"], 51);
/// assert!(failure.is_benign());
/// ```
///
/// An error that has the names of another one, and some of its own:
///
/// ```
/// # use sfn_worker_core::ActivityError;
/// use sfn_worker_core::Cancelled;
///
/// # #[derive(Debug, thiserror::Error, ActivityError)]
/// # #[error("the bank declined")]
/// # #[activity_error(name = "Charge.Declined")]
/// # struct ChargeError;
/// #[derive(Debug, thiserror::Error, ActivityError)]
/// enum OrderError {
///     #[error("there is no such order")]
///     NotFound,
///     #[error("order {order} was not charged")]
///     #[activity_error(transparent = source)]
///     Charge { order: u64, source: ChargeError },
///     #[error(transparent)]
///     #[activity_error(transparent)]
///     Cancelled(#[from] Cancelled),
/// }
///
/// assert_eq!(OrderError::NAMES, ["NotFound", "Charge.Declined"]);
/// let error = OrderError::Charge { order: 7, source: ChargeError };
/// assert_eq!(error.error_name().as_str(), "Charge.Declined");
/// ```
#[cfg(feature = "macros")]
pub use sfn_worker_macros::ActivityError;
