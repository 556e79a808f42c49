//! An embedded engine for AWS Step Functions.

pub mod asl;
pub mod history;
pub mod machine;
pub mod query;
