//! A test kit for handlers and workers: contexts, runs, a scripted service, and faults.
//!
//! Meant for tests with a paused clock (`#[tokio::test(start_paused = true)]`): polls are held
//! for 60 virtual seconds. For whole state machines use the crate `sfn-local-engine`, whose
//! `Engine::run` runs a definition with a worker of yours.
//!
//! # The function alone
//!
//! `#[activity]` leaves the function as it is: a test calls it, with the arguments it has. What
//! it takes beside the input is easily had: `State(Arc::new(value))`,
//! [`Execution::new`](crate::Execution::new), [`Deadline::new`](crate::Deadline::new), and from
//! [`context`] or a [`ContextBuilder`] an [`ActivityContext`](crate::ActivityContext) and its
//! [`IdempotencyKey`](crate::IdempotencyKey). Methods of an impl block are called the same way,
//! or run by their names with [`ActivityTest::of_method`].
//!
//! ```
//! use sfn_worker_core::{ActivityContext, Failure, IdempotencyKey, activity, testing};
//!
//! #[activity]
//! async fn charge(
//!     cents: u64,
//!     key: IdempotencyKey,
//!     context: ActivityContext,
//! ) -> Result<String, Failure> {
//!     context.progress(1, 1);
//!     Ok(format!("{cents} under {}", key.as_str().len()))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let context = testing::ContextBuilder::new("charge")?.attempt(2).build();
//! let receipt = charge(250, context.idempotency_key(), context.clone()).await?;
//! assert_eq!(receipt, "250 under 36");
//! assert_eq!(context.last_progress().done, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # The handler in its worker
//!
//! [`ActivityTest`] runs one task through the worker that the handler has in production, with
//! everything that can befall it, and [`TestRun`] says what came of it:
//!
//! ```
//! use std::time::Duration;
//!
//! use serde_json::json;
//! use sfn_worker_core::testing::ActivityTest;
//! use sfn_worker_core::{CancelReason, Execution, Failure, State, activity};
//!
//! struct Gateway {
//!     limit: u64,
//! }
//!
//! #[activity(name = "charge-card", heartbeat = "10s")]
//! async fn charge(
//!     cents: u64,
//!     State(gateway): State<Gateway>,
//!     execution: Execution,
//! ) -> Result<String, Failure> {
//!     tokio::time::sleep(Duration::from_secs(25)).await;
//!     if cents > gateway.limit {
//!         return Err(Failure::permissions("above the limit"));
//!     }
//!     Ok(format!("paid in attempt {}", execution.attempt))
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let test = || ActivityTest::of::<charge>().state(Gateway { limit: 300 });
//!
//! let run = test().attempt(2).input(250).run().await;
//! run.assert_succeeded_with("paid in attempt 2").assert_heartbeats(2..);
//!
//! test().input(900).run().await.assert_failed("States.Permissions");
//! test().input(json!({"cents": 1})).run().await.assert_failed("Worker.InputInvalid");
//! test().input(250).without_envelope().run().await.assert_failed("Worker.EnvelopeMissing");
//!
//! let gone = (Duration::from_secs(3), CancelReason::LeaseLost);
//! test().input(250).cancel_after(gone.0, gone.1).run().await.assert_abandoned();
//! # }
//! ```
//!
//! # A whole worker
//!
//! [`worker`] starts a worker beside the test, on a [`ScriptedService`] that offers tasks and
//! fails calls on request:
//!
//! ```
//! use sfn_worker_core::testing::{self, Fault, Operation, ScriptedService};
//! use sfn_worker_core::{Failure, activity};
//!
//! #[activity]
//! async fn double(number: u64) -> Result<u64, Failure> {
//!     Ok(number * 2)
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let service = ScriptedService::new();
//! let mut worker = testing::worker(&service).activity::<double>().start();
//! service.faults().next(Operation::Succeed, Fault::AnswerLost);
//!
//! let task = worker.offer::<double>(21);
//! task.answer().await.assert_succeeded_with(42);
//!
//! assert_eq!(worker.drain().await.total().received, 1);
//! worker.assert_nothing_lost();
//! # }
//! ```
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
mod kit;
mod ledger;
mod operation;
mod rates;
mod script;
mod service;
mod task;

pub use self::fault::Fault;
pub use self::faults::Faults;
pub use self::faulty::Faulty;
pub use self::kit::{
    ActivityTest, ContextBuilder, RunningWorker, TestRun, TestWorker, TestWorkerBuilder, call,
    cancel, context, start, worker,
};
pub use self::ledger::{Ledger, Violation};
pub use self::operation::Operation;
pub use self::rates::Rates;
pub use self::service::ScriptedService;
pub use self::task::{Answer, ScriptedTask};
