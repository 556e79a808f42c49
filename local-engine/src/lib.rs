//! An embedded engine for AWS Step Functions.

mod activities;
mod arn;
pub mod history;
pub mod machine;
mod resource;
mod seal;
