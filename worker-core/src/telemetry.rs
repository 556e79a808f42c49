//! Every span name in one table.
//!
//! | span | level | fields | covers |
//! |---|---|---|---|
//! | `activity.poll` | debug | `activity` | one poll, from request to answer |
//! | `activity.run` | info | `activity`, `task`, `trace_id` | one task, from receipt to report |
//! | `activity.report` | debug | `outcome` | the report of one task, with its repetitions |
//!
//! `task` is the token's fingerprint, and `trace_id` is there when the envelope of the task tells
//! it, in the 32 digits of W3C Trace Context; tokens, inputs and outputs are never recorded.

/// One poll.
pub(crate) const POLL: &str = "activity.poll";
/// One task.
pub(crate) const RUN: &str = "activity.run";
/// The report of one task.
pub(crate) const REPORT: &str = "activity.report";
