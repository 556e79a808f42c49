//! What holds for all activities of a worker, and the names that the worker makes itself.

use std::time::Duration;

use super::error::ErrorContract;
use super::retry::{Retrier, RetryContract};
use crate::activity::ActivityOptions;
use crate::failure::names;

/// How many tasks of an activity run at a time where nothing else is said.
pub(crate) const CONCURRENCY: usize = 16;
/// How often a task is kept alive where nothing else is said.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(10);

/// For what asks for another worker: it is there in seconds, or after a deployment.
pub(crate) const SOON: Retrier = Retrier {
    interval_seconds: 1,
    max_attempts: 5,
    backoff_percent: 200,
    max_delay_seconds: None,
    jitter: true,
};
const AGAIN: Option<RetryContract> = Some(RetryContract::Retry(SOON));
const NEVER: Option<RetryContract> = Some(RetryContract::Never);

/// The names, the meanings for a state machine, and what a `Retry` should do.
#[rustfmt::skip]
const MEANINGS: [(&str, &str, Option<RetryContract>); 18] = [
    (names::TASK_FAILED, "The handler failed with an error that has no name of its own.", None),
    ("Worker.TaskFailed", "The handler failed with an error that has no name of its own.", None),
    (names::TIMEOUT, "The handler ran past its own time limit.", None),
    ("Worker.Timeout", "The handler ran past its own time limit.", None),
    (names::PERMISSIONS, "The handler, or the store of large payloads, was not permitted.", NEVER),
    ("Worker.Permissions", "The handler, or the store of large payloads, was not permitted.", NEVER),
    (names::DATA_LIMIT_EXCEEDED, "The output is larger than the service takes.", NEVER),
    ("Worker.DataLimitExceeded", "The output is larger than the service takes.", NEVER),
    (names::INPUT_INVALID, "The input is not the JSON of the handler's input type.", NEVER),
    (names::ENVELOPE_MISSING, "The task has no envelope, or one that does not tell what the handler needs.", NEVER),
    (names::OUTPUT_INVALID, "The output could not be encoded as JSON.", NEVER),
    (names::HANDLER_PANICKED, "The handler panicked.", None),
    (names::STALLED, "The handler showed no sign of life for too long.", None),
    (names::SHUTTING_DOWN, "The worker went away before the task was done.", AGAIN),
    (names::HEARTBEAT_LOST, "No heartbeat got through for as long as the service waits for one.", AGAIN),
    (names::COMPLETION_DROPPED, "The handler detached its task, and what was to complete it was dropped.", None),
    (names::PAYLOAD_UNAVAILABLE, "A payload could not be fetched from its store, or put there.", AGAIN),
    (names::PAYLOAD_CORRUPT, "A payload is not what its pointer says.", NEVER),
];

/// What holds for all activities of a worker.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// How often a task is kept alive whose activity does not say it.
    pub(crate) heartbeat: Duration,
    /// Whether the predefined `States.*` codes are sent, or their `Worker.*` twins.
    pub(crate) reserved_names: bool,
    /// Whether large payloads go through a store.
    pub(crate) claim_check: bool,
    /// Whether there are layers of which nothing is known.
    pub(crate) foreign_layers: bool,
    /// Whether envelopes are of another format than the worker's own, or none are opened.
    pub(crate) other_envelope: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            heartbeat: HEARTBEAT,
            reserved_names: true,
            claim_check: false,
            foreign_layers: false,
            other_envelope: false,
        }
    }
}

/// The names under which the worker can fail a task of an activity.
pub(super) fn names(
    options: &ActivityOptions,
    needs_envelope: bool,
    other_errors: bool,
    terms: &Terms,
) -> Vec<String> {
    let reserved = |name: &'static str, twin: &'static str| {
        if terms.reserved_names { name } else { twin }
    };
    // A state can set a limit by its envelope, so a time-out is always possible.
    let mut found = vec![
        reserved(names::TIMEOUT, "Worker.Timeout"),
        reserved(names::DATA_LIMIT_EXCEEDED, "Worker.DataLimitExceeded"),
        names::COMPLETION_DROPPED,
        names::HANDLER_PANICKED,
        names::HEARTBEAT_LOST,
        names::INPUT_INVALID,
        names::OUTPUT_INVALID,
        names::SHUTTING_DOWN,
    ];
    if needs_envelope {
        found.push(names::ENVELOPE_MISSING);
    }
    if other_errors {
        found.push(reserved(names::TASK_FAILED, "Worker.TaskFailed"));
    }
    if options.stall_after.is_some() {
        found.push(names::STALLED);
    }
    if terms.claim_check {
        found.push(names::PAYLOAD_UNAVAILABLE);
        found.push(names::PAYLOAD_CORRUPT);
        found.push(reserved(names::PERMISSIONS, "Worker.Permissions"));
    }
    found.sort_unstable();
    found.into_iter().map(str::to_owned).collect()
}

/// What one of the worker's names means.
pub(super) fn meaning(name: &str) -> Option<ErrorContract> {
    let (name, description, retry) = MEANINGS.iter().find(|(known, ..)| *known == name)?;
    Some(ErrorContract {
        name: (*name).to_owned(),
        description: Some((*description).to_owned()),
        benign: false,
        retry: *retry,
        details: Vec::new(),
    })
}
