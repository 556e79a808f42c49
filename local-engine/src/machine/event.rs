//! What happens to an execution from outside.

use std::sync::Arc;

use super::map_run::ReadItem;

/// One scheduled activity task of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub(crate) u64);

/// One timer of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(pub(crate) u64);

/// One map run of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MapRunId(pub(crate) u64);

/// What happens to an execution from outside.
///
/// An event for a task or timer that is over is ignored, and so is one that does not fit: only a
/// task that was accepted can be started, and only one that was started has an outcome.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a shell knows every event that it sends"
)]
pub enum Event {
    /// The activity exists and the task is in its queue. The answer to
    /// [`Effect::ScheduleActivity`](super::Effect::ScheduleActivity), before any other event.
    ActivityAccepted {
        /// The task.
        task: TaskId,
    },
    /// The activity does not exist. The other answer to `ScheduleActivity`.
    ActivityMissing {
        /// The task.
        task: TaskId,
    },
    /// The task has a token. The answer to [`Effect::NameTask`](super::Effect::NameTask), before
    /// any other event.
    TaskNamed {
        /// The task.
        task: TaskId,
        /// Its token.
        token: String,
    },
    /// The call of a service was answered, and the task goes on: a job runs, or somebody has the
    /// token.
    TaskSubmitted {
        /// The task.
        task: TaskId,
        /// The answer as JSON text.
        output: Arc<str>,
    },
    /// Nobody answers calls of this resource.
    TaskUnanswered {
        /// The task.
        task: TaskId,
        /// Why, in a sentence.
        reason: String,
    },
    /// A poll took the task.
    TaskStarted {
        /// The task.
        task: TaskId,
        /// The name that the poll gave.
        worker_name: Option<String>,
    },
    /// `SendTaskSuccess` came, a function returned, or a service or job is done; the output is
    /// JSON.
    TaskSucceeded {
        /// The task.
        task: TaskId,
        /// The JSON text as it was sent.
        output: Arc<str>,
    },
    /// `SendTaskFailure` came, or a function, a call or a job failed.
    TaskFailed {
        /// The task.
        task: TaskId,
        /// The error name, if one was sent.
        error: Option<String>,
        /// The cause, if one was sent.
        cause: Option<String>,
    },
    /// One of the task's clocks ran out after it was started or called.
    TaskTimedOut {
        /// The task.
        task: TaskId,
        /// Which clock.
        clock: ExpiredClock,
    },
    /// The time of a timer has come.
    TimerFired {
        /// The timer.
        timer: TimerId,
    },
    /// The `ItemReader` of a map run has read its items.
    ItemsRead {
        /// The map run.
        run: MapRunId,
        /// The items, in order.
        items: Vec<ReadItem>,
    },
    /// The child executions of a map run are over, and their results are where they belong.
    MapRunSucceeded {
        /// The map run.
        run: MapRunId,
        /// The result of the state as JSON text.
        output: Arc<str>,
    },
    /// A map run could not read or write, or more of it failed than is tolerated.
    MapRunFailed {
        /// The map run.
        run: MapRunId,
        /// One of the language's own error names.
        error: String,
        /// The cause.
        cause: String,
    },
    /// `StopExecution` came.
    Stopped {
        /// The error given by the caller.
        error: Option<String>,
        /// The cause given by the caller.
        cause: Option<String>,
    },
}

/// Which clock of a task ran out: history shows both as `States.Timeout`, but
/// `States.HeartbeatTimeout` in `Retry` and `Catch` matches the second only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a task has two clocks")]
pub enum ExpiredClock {
    /// `TimeoutSeconds`.
    Total,
    /// `HeartbeatSeconds`.
    Heartbeat,
}
