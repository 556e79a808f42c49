//! An embedded engine for AWS Step Functions.

#![warn(
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
pub mod query;
mod resource;
mod seal;
mod store;

pub use activities::AbandonedPolls;
pub use api::{Api, ApiError};
pub use arn::{ArnError, ExecutionArn, StateMachineArn};
pub use engine::{
    BuildError, Counters, Engine, EngineActivities, EngineBuilder, EngineError, ErrorCode,
    ExecutionDescription, ExecutionStatus,
};
