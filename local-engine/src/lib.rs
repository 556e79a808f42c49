//! An embedded engine for AWS Step Functions.

pub mod history;
pub mod machine;
