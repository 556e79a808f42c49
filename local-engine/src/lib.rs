//! An embedded engine for AWS Step Functions: state machines, activities and the service's
//! protocol in one process, for development and tests.
//!
//! ```
//! use sfn_local_engine::Engine;
//! use sfn_worker_core::{ActivityService, Payload};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::new();
//! let activity = engine.create_activity("charge-card")?;
//! let definition = format!(
//!     r#"{{"StartAt": "Charge", "States": {{
//!         "Charge": {{"Type": "Task", "Resource": "{activity}", "End": true}}}}}}"#
//! );
//! let machine = engine.create_state_machine("orders", &definition)?;
//! let execution = engine.start_execution(&machine, None, r#"{"order": 7}"#)?;
//!
//! // A worker does this; here by hand.
//! let service = engine.activity_service();
//! let task = service.poll(&activity, &"by-hand".parse()?).await?.expect("a task is queued");
//! service.succeed(&task.token, &Payload::new("true")).await?;
//!
//! let end = engine.wait(&execution).await?;
//! assert_eq!(end.output.as_deref(), Some("true"));
//! # Ok(())
//! # }
//! ```
//!
//! # Ways in
//!
//! - [`Engine::run`]: a definition and a worker, once, for tests.
//! - [`Engine`]: typed calls, and [`Engine::wait`] for the end of an execution.
//! - [`Engine::activity_service`]: the port of a worker in the same process. All time is the
//!   runtime's, so with a paused clock polls, time-outs and `Wait` states cost nothing.
//! - [`Engine::serve`]: the service's JSON protocol over HTTP, for AWS clients as they are. The
//!   command `sfn-worker local` is this and nothing else. [`Api::call`] is the same in process.
//!
//! # Objects in place of S3
//!
//! A distributed Map reads its items from an [`ObjectStore`] and writes its results there:
//! [`DirectoryObjects`] for a directory whose sub-directories are the buckets, [`MemoryObjects`]
//! for tests; [`EngineBuilder::objects`] says which. Its child executions are executions like
//! any other, with histories of their own, and [`Engine::update_map_run`] steers the map run
//! that they belong to.
//!
//! # The life of a task
//!
//! 1. A Task state queues it. Nothing bounds the time in the queue but the `TimeoutSeconds` of
//!    the state machine.
//! 2. The oldest poll takes the oldest task, at once: a poll is woken by the task, not by a tick.
//!    `ActivityStarted` is written and both clocks start.
//! 3. Heartbeats set the heartbeat clock back. If a clock runs out the task has failed with
//!    `States.Timeout`.
//! 4. The first report closes it. Any later call with its token is answered `TaskTimedOut`; a
//!    token that was never one is answered `InvalidToken`.
//!
//! # Calls of functions and services
//!
//! Nested executions and the SDK actions of the service itself are answered by the engine. Every
//! other call is made by a [`ServiceProvider`]: mocks from a file ([`MockConfig`]), a URL for a
//! Lambda function (feature `http`), or signed calls to AWS or an emulator (feature `forward`).
//! A call that nobody answers fails its execution with a cause that says so.
//!
//! # What is spoken, and what is not
//!
//! The whole states language, of Standard and of Express state machines: all eight kinds of
//! states, in JSONPath with the intrinsic functions and in JSONata, variables, retries and
//! catchers, Maps inline and distributed. Of the service's operations there are those on state
//! machines, activities, tokens, executions of either type, map runs and tags, and the validation
//! of definitions.
//!
//! Not there are `TestState`, versions and aliases of state machines, `RedriveExecution` with the
//! redrive of map runs, and items in Parquet. Each is refused by name; nothing is run in part.
//! Nothing of the service is there around the operations: a role is shown and not assumed, logs
//! and traces are settings without an effect. Everything is in memory: closed executions are kept
//! as long as the engine, or up to a number ([`EngineBuilder::keep_closed`]).

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

mod activities;
mod api;
mod arn;
pub mod asl;
mod engine;
pub mod history;
pub mod machine;
mod objects;
mod providers;
pub mod query;
mod resource;
mod seal;
mod store;

pub use activities::AbandonedPolls;
pub use api::{Api, ApiError};
pub use arn::{ArnError, ExecutionArn, StateMachineArn};
pub use engine::{
    BuildError, Counters, Engine, EngineActivities, EngineBuilder, EngineError, EngineRun,
    ErrorCode, ExecutionDescription, ExecutionStatus, MapRunCounts, MapRunDescription,
    MapRunStatus, MapRunUpdate, RunError,
};
pub use objects::{
    DirectoryObjects, MemoryObjects, ObjectEntry, ObjectError, ObjectFuture, ObjectStore,
};
pub use providers::{
    AnswerFuture, MockConfig, MockConfigError, ServiceAnswer, ServiceCall, ServiceFailure,
    ServiceProvider,
};
#[cfg(feature = "forward")]
pub use providers::{Forward, ForwardError};
#[cfg(feature = "http")]
pub use providers::{HttpTasks, LambdaHandlers};
