//! State machines against workers: checks a definition, and writes the states that pass.
//!
//! A definition and a worker agree on names, clocks and payloads, and neither sees the other
//! before they meet in an execution. [`check`] brings them together before: it reads a definition
//! in the Amazon States Language, compares it with the [`Contract`](crate::contract::Contract) of
//! a worker, and reports everything that would go wrong, each with its [`Code`], the path of its
//! state and what would be right. [`check_asl!`](crate::check_asl) does so in a test.
//!
//! What AWS refuses anyway is left to AWS, and to the parser of the embedded engine; what is
//! found here is what both accept. Both query languages, JSONPath and JSONata, and states at any
//! depth of `Parallel` and `Map` are read.
//!
//! # Which activity a state uses
//!
//! A `Resource` names an activity by
//!
//! - its ARN, of which the last part is the name: the worker that is checked can be in another
//!   account or region;
//! - an ARN with substitutions, such as `arn:aws:states:${Region}:${Account}:activity:charge-card`
//!   or `…:activity:${Stage}-charge-card`, where a substitution stands for any text;
//! - a substitution alone, as SAM, CDK and Terraform write it: `${ChargeCardArn}`,
//!   `${ChargeCardActivity.Arn}`, `{"Ref": "ChargeCard"}`. It is compared with the names without
//!   regard to case, hyphens and the words *arn* and *activity*;
//! - whatever [`Check::resource`] says.
//!
//! Everything else (`arn:aws:states:::lambda:invoke`, …) is no activity, and its state is only
//! looked at for the order of its `Retry` and `Catch`.
//!
//! # Which error a name matches
//!
//! `States.ALL` matches every error but `States.DataLimitExceeded` and `States.Runtime`,
//! `States.TaskFailed` all these but a time-out, `States.Timeout` both time-outs of a task, and
//! `States.HeartbeatTimeout` one of them. The first entry that matches counts; once a retrier is
//! used up, no later one steps in. An error that a state lets through can still be handled by the
//! `Parallel` or `Map` around it.
//!
//! # What is allowed
//!
//! A finding that is meant to be so is allowed by its code, for some names or for all:
//! with `allow(SFN-W006: PathOutside)` in a `Comment` of the state, of the retrier, or of
//! anything around it, or with [`Check::allow`] where the check is called.
//!
//! # Examples
//!
//! ```
//! use sfn_worker_core::contract::Contract;
//! use sfn_worker_core::{activity, definition};
//!
//! #[activity(name = "charge-card", heartbeat = "10s")]
//! async fn charge(cents: u64) -> Result<u64, std::convert::Infallible> {
//!     Ok(cents)
//! }
//!
//! let contract = Contract::new().activity::<charge>();
//! let report = definition::check(
//!     &contract,
//!     r#"{"StartAt": "Charge", "States": {"Charge": {
//!         "Type": "Task",
//!         "Resource": "arn:aws:states:eu-west-1:123456789012:activity:charge-crad",
//!         "TimeoutSeconds": 60,
//!         "End": true}}}"#,
//! );
//! assert!(!report.is_clean());
//! assert_eq!(report.findings()[0].path(), "/States/Charge/Resource");
//! let text = report.to_string();
//! assert!(text.contains("did you mean charge-card?"), "{text}");
//! ```

mod allow;
mod check;
mod code;
mod draft;
mod expect;
mod fields;
mod finding;
mod handlers;
mod machine;
mod place;
mod report;
mod resource;
mod shape;
mod suggest;

pub use self::check::Check;
pub use self::code::{Code, Severity};
pub use self::draft::{Draft, QueryLanguage};
#[doc(hidden)]
pub use self::expect::expect_clean;
pub use self::finding::Finding;
pub use self::report::Report;

use crate::contract::ToContract;

/// Checks the definition of a state machine against a worker, its builder or its contract.
///
/// [`Check`] has the options.
pub fn check(worker: &impl ToContract, definition: &str) -> Report {
    Check::new(worker).run(definition)
}

#[cfg(test)]
mod tests;
