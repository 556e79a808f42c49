#![cfg_attr(all(feature = "aws", feature = "macros", feature = "signals"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "aws", feature = "macros", feature = "signals")),
    doc = "The activity worker framework for AWS Step Functions; its front page needs the default features."
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
mod context;
mod failure;
mod name;
mod outcome;
mod payload;
mod service;
#[cfg(feature = "signals")]
pub mod signals;
mod telemetry;
#[cfg(feature = "test-util")]
pub mod testing;
mod token;
mod worker;

pub use activity::{Activity, ActivityOptions, Call};
pub use context::{ActivityContext, CancelReason, Cancelled, Progress};
pub use failure::{ActivityError, ErrorName, ErrorNameError, Failure, IntoFailure, names};
pub use name::{ActivityArn, ActivityName, NameError, WorkerName};
pub use outcome::Outcome;
pub use payload::Payload;
#[cfg(feature = "aws")]
pub use service::aws::{AwsConfigError, AwsService};
pub use service::{ActivityService, Disposition, PolledTask, ServiceError, ServiceFuture};
pub use token::TaskToken;
pub use worker::{
    BuildError, Phase, Problem, ShutdownHandle, Summary, Tally, Worker, WorkerBuilder,
};

#[cfg(feature = "macros")]
pub use sfn_worker_macros::{ActivityError, activity};
