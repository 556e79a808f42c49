//! What an execution asks of the world outside.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::event::{MapRunId, TaskId, TimerId};
use super::map_run::{ChildInput, MapRunPlan};
use crate::asl::Resource;
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
        /// The name of the state.
        state: Arc<str>,
        /// The ARN of the activity.
        activity: String,
        /// The input as JSON text.
        input: Arc<str>,
        /// `TimeoutSeconds`, from the moment a poll takes the task.
        timeout: Option<Duration>,
        /// `HeartbeatSeconds`, from the same moment and from every heartbeat.
        heartbeat: Option<Duration>,
    },
    /// Make a token for a task that will hand it to a service. The shell answers with
    /// [`Event::TaskNamed`](super::Event::TaskNamed) before any other event.
    NameTask {
        /// The task.
        task: TaskId,
    },
    /// Call a Lambda function or a service. The shell answers with events of the task, but not
    /// in the same step.
    Invoke {
        /// The task.
        task: TaskId,
        /// What to call, and with what.
        invocation: Box<Invocation>,
    },
    /// Close the task's token, take the task out of its queue, break off its call. It may come
    /// before the answer to `ScheduleActivity` or `NameTask` did; the answer is then ignored.
    ForgetTask {
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

/// The call of a Lambda function or of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a shell must know all of a call to make it"
)]
pub struct Invocation {
    /// What is called.
    pub resource: Resource,
    /// The name of the state.
    pub state: Arc<str>,
    /// The input of the function, or the parameters of the action, as JSON text.
    pub parameters: Arc<str>,
    /// The role of `Credentials`.
    pub role_arn: Option<Arc<str>>,
    /// `TimeoutSeconds`, from now on.
    pub timeout: Option<Duration>,
    /// `HeartbeatSeconds`, from now on and from every heartbeat; only for a task that waits for
    /// its token.
    pub heartbeat: Option<Duration>,
    /// How often the state was tried before in this visit.
    pub attempt: u32,
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
