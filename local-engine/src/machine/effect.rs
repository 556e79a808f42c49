//! What an execution asks of the world outside.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::event::{MapRunId, TaskId, TimerId};
use super::map_run::{ChildInput, MapRunPlan};
use crate::history::HistoryEvent;

/// What an execution asks of the world outside, in the order in which it must be done.
///
/// The effects of one step belong together: the shell does them all before it sends the next
/// event, the answers to [`ScheduleActivity`](Self::ScheduleActivity) first.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a shell must carry out every effect"
)]
pub enum Effect {
    /// Append an event to the history.
    Record(HistoryEvent),
    /// Queue an activity task. The shell answers with
    /// [`Event::ActivityAccepted`](super::Event::ActivityAccepted) or
    /// [`Event::ActivityMissing`](super::Event::ActivityMissing) before any other event.
    ScheduleActivity {
        /// The task.
        task: TaskId,
        /// The ARN of the activity.
        activity: String,
        /// The input as JSON text.
        input: Arc<str>,
        /// `TimeoutSeconds`, from the moment a poll takes the task.
        timeout: Option<Duration>,
        /// `HeartbeatSeconds`, from the same moment and from every heartbeat.
        heartbeat: Option<Duration>,
    },
    /// Close the task's token and take the task out of its queue. It may come before the answer
    /// to `ScheduleActivity` did; the answer is then ignored.
    ForgetActivity {
        /// The task.
        task: TaskId,
    },
    /// Send [`Event::TimerFired`](super::Event::TimerFired) at this time.
    StartTimer {
        /// The timer.
        timer: TimerId,
        /// When it fires; at once if that is past.
        at: Timestamp,
    },
    /// The timer is not needed any more.
    CancelTimer {
        /// The timer.
        timer: TimerId,
    },
    /// Begin a map run. If there is something to read, the shell answers with
    /// [`Event::ItemsRead`](super::Event::ItemsRead) or
    /// [`Event::MapRunFailed`](super::Event::MapRunFailed).
    StartMapRun {
        /// The map run.
        run: MapRunId,
        /// What it is to do.
        plan: Box<MapRunPlan>,
    },
    /// Run the child executions of a map run. The shell answers with
    /// [`Event::MapRunSucceeded`](super::Event::MapRunSucceeded) or
    /// [`Event::MapRunFailed`](super::Event::MapRunFailed).
    RunChildren {
        /// The map run.
        run: MapRunId,
        /// The inputs of the executions, in order.
        children: Vec<ChildInput>,
    },
    /// Stop the child executions of a map run, and start no more.
    ForgetMapRun {
        /// The map run.
        run: MapRunId,
        /// Whether it has failed, and not just lost whoever waited for it.
        failed: bool,
    },
    /// The execution is over; always the last effect.
    Close(Closed),
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "an end has these parts in the protocol"
)]
pub struct Closed {
    /// Its final status.
    pub status: Status,
    /// The output of an execution that succeeded, as JSON text.
    pub output: Option<Arc<str>>,
    /// The error of one that did not, if there is one.
    pub error: Option<String>,
    /// Its cause, if there is one.
    pub cause: Option<String>,
}

/// The final status of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an execution ends in one of four ways"
)]
pub enum Status {
    /// It reached a terminal state.
    Succeeded,
    /// A state failed and nothing caught it.
    Failed,
    /// The machine's own `TimeoutSeconds` passed.
    TimedOut,
    /// `StopExecution` was called.
    Aborted,
}
