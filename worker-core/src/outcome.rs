//! What a run came to.

use crate::failure::Failure;
use crate::payload::Payload;

/// What a run came to; closed, because every outcome has its own answer to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a run ends in one of three ways")]
pub enum Outcome {
    /// The handler returned an output: reported with `SendTaskSuccess`.
    Succeeded(Payload),
    /// The task failed: reported with `SendTaskFailure`.
    Failed(Failure),
    /// The service no longer wants the task: nothing is reported.
    Abandoned,
}
