//! The error names that the worker makes itself. Names of your own come from
//! `#[derive(ActivityError)]` or [`Failure::named`](crate::Failure::named).
//!
//! Those that begin with `States.` are the language's predefined codes, sent with exactly the
//! meaning that the Amazon States Language gives them.

/// The handler returned an error that has no name of its own.
pub const TASK_FAILED: &str = "States.TaskFailed";
/// The handler ran past its own time limit.
pub const TIMEOUT: &str = "States.Timeout";
/// The handler said that it is not permitted.
pub const PERMISSIONS: &str = "States.Permissions";
/// The output is larger than [`Payload::LIMIT`](crate::Payload::LIMIT).
pub const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
/// The input is not the JSON of the handler's input type.
pub const INPUT_INVALID: &str = "Worker.InputInvalid";
/// The envelope of the task does not tell what the handler cannot do without.
pub const ENVELOPE_MISSING: &str = "Worker.EnvelopeMissing";
/// The output could not be encoded as JSON, or the service refused it.
pub const OUTPUT_INVALID: &str = "Worker.OutputInvalid";
/// The handler panicked.
pub const HANDLER_PANICKED: &str = "Worker.HandlerPanicked";
/// The handler showed no sign of life for longer than its `stall_after`.
pub const STALLED: &str = "Worker.Stalled";
/// The worker is going away before the task is done; meant to be retried.
pub const SHUTTING_DOWN: &str = "Worker.ShuttingDown";
/// No heartbeat got through for as long as the service waits for one: it has timed the task
/// out already, or will.
pub const HEARTBEAT_LOST: &str = "Worker.HeartbeatLost";
/// The handler detached its task, and what was to complete it was dropped.
pub const COMPLETION_DROPPED: &str = "Worker.CompletionDropped";
/// A payload that lies in a store could not be fetched, or the output could not be stored;
/// meant to be retried.
pub const PAYLOAD_UNAVAILABLE: &str = "Worker.PayloadUnavailable";
/// A payload that was fetched from a store is not what its pointer says.
pub const PAYLOAD_CORRUPT: &str = "Worker.PayloadCorrupt";
