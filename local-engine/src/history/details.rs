//! What an event tells: one variant per family of event types that this version writes.

use std::sync::Arc;

use super::task::{LambdaEvent, ServiceEvent};

/// The eight kinds of state, as event types spell them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StateType {
    /// Chooses the next state.
    Choice,
    /// Ends the execution, branch or iteration as failed.
    Fail,
    /// Runs its states once for every item.
    Map,
    /// Runs its branches side by side.
    Parallel,
    /// Passes its input on, possibly changed.
    Pass,
    /// Ends the execution, branch or iteration as succeeded.
    Succeed,
    /// Has work done by an activity.
    Task,
    /// Lets time pass.
    Wait,
}

/// The names of variables that a state assigned, each with the JSON text of its value.
pub type AssignedVariables = Vec<(Arc<str>, Arc<str>)>;

/// What happened. Inputs and outputs are JSON texts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventDetails {
    /// The execution began; always event 1.
    ExecutionStarted {
        /// The input as the caller wrote it, blanks included.
        input: Arc<str>,
        /// The role of the state machine.
        role_arn: Arc<str>,
    },
    /// The execution reached a terminal state.
    ExecutionSucceeded {
        /// Its output.
        output: Arc<str>,
    },
    /// A failure reached the top uncaught.
    ExecutionFailed {
        /// The error name, unless the failure had none.
        error: Option<Arc<str>>,
        /// The cause, unless the failure had none.
        cause: Option<Arc<str>>,
    },
    /// `StopExecution` ended it.
    ExecutionAborted {
        /// The error that the caller gave.
        error: Option<Arc<str>>,
        /// The cause that the caller gave.
        cause: Option<Arc<str>>,
    },
    /// The machine's own `TimeoutSeconds` ended it.
    ExecutionTimedOut {
        /// The error name, `States.Timeout`.
        error: Option<Arc<str>>,
        /// The cause, if there is one.
        cause: Option<Arc<str>>,
    },
    /// A state was entered: `{kind}StateEntered`.
    StateEntered {
        /// The kind of state.
        kind: StateType,
        /// Its name.
        name: Arc<str>,
        /// Its input, before `InputPath`.
        input: Arc<str>,
    },
    /// A state was left for another or for the end: `{kind}StateExited`. A Fail state never is.
    StateExited {
        /// The kind of state.
        kind: StateType,
        /// Its name.
        name: Arc<str>,
        /// Its output, after `OutputPath`.
        output: Arc<str>,
        /// The variables that it assigned.
        assigned: AssignedVariables,
    },
    /// An expression of a state in JSONata came to nothing.
    EvaluationFailed {
        /// The error name, `States.QueryEvaluationError`.
        error: Option<Arc<str>>,
        /// The cause.
        cause: Option<Arc<str>>,
        /// The field that holds the expression, if it is one field's fault.
        location: Option<Arc<str>>,
        /// The name of the state.
        state: Arc<str>,
    },
    /// A state was cut short: `{kind}StateAborted`; only Task, Wait, Parallel and Map have it.
    StateAborted {
        /// The kind of state.
        kind: StateType,
    },
    /// An activity task is in its queue.
    ActivityScheduled {
        /// The ARN of the activity.
        resource: Arc<str>,
        /// The input of the task.
        input: Arc<str>,
        /// `TimeoutSeconds`, if the state sets it.
        timeout_in_seconds: Option<u64>,
        /// `HeartbeatSeconds`, if the state sets it.
        heartbeat_in_seconds: Option<u64>,
    },
    /// A poll took the task.
    ActivityStarted {
        /// The name that the poll gave.
        worker_name: Option<Arc<str>>,
    },
    /// The worker reported success.
    ActivitySucceeded {
        /// The output as it was sent.
        output: Arc<str>,
    },
    /// The worker reported failure.
    ActivityFailed {
        /// The error name, if one was sent.
        error: Option<Arc<str>>,
        /// The cause, if one was sent.
        cause: Option<Arc<str>>,
    },
    /// One of the task's clocks ran out.
    ActivityTimedOut {
        /// The error name, `States.Timeout` for either clock.
        error: Option<Arc<str>>,
        /// The cause, if there is one.
        cause: Option<Arc<str>>,
    },
    /// What happened to the call of a Lambda function.
    Lambda(LambdaEvent),
    /// What happened to the call of a service.
    Service(ServiceEvent),
    /// The branches began; again for every retry.
    ParallelStateStarted,
    /// All branches succeeded.
    ParallelStateSucceeded,
    /// A branch failed.
    ParallelStateFailed,
    /// The items are known; again for every retry.
    MapStateStarted {
        /// How many items there are.
        length: u64,
    },
    /// All iterations succeeded.
    MapStateSucceeded,
    /// An iteration failed.
    MapStateFailed,
    /// The child executions of a distributed Map begin; again for every retry.
    MapRunStarted {
        /// The ARN of the map run.
        map_run_arn: Arc<str>,
    },
    /// Enough of the child executions succeeded, and the results are where they belong.
    MapRunSucceeded,
    /// The map run could not read or write, or more of it failed than is tolerated.
    MapRunFailed {
        /// The error name.
        error: Option<Arc<str>>,
        /// The cause.
        cause: Option<Arc<str>>,
    },
    /// The map run was cut short because something beside it failed.
    MapRunAborted,
    /// An iteration began.
    MapIterationStarted {
        /// The name of the Map state.
        name: Arc<str>,
        /// The index of the item, from 0.
        index: u64,
    },
    /// An iteration succeeded.
    MapIterationSucceeded {
        /// The name of the Map state.
        name: Arc<str>,
        /// The index of the item, from 0.
        index: u64,
    },
    /// An iteration failed.
    MapIterationFailed {
        /// The name of the Map state.
        name: Arc<str>,
        /// The index of the item, from 0.
        index: u64,
    },
    /// An iteration was cut short because another one failed.
    MapIterationAborted {
        /// The name of the Map state.
        name: Arc<str>,
        /// The index of the item, from 0.
        index: u64,
    },
}

impl EventDetails {
    /// The service's name for this type of event.
    #[must_use]
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::ExecutionStarted { .. } => "ExecutionStarted",
            Self::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            Self::ExecutionFailed { .. } => "ExecutionFailed",
            Self::ExecutionAborted { .. } => "ExecutionAborted",
            Self::ExecutionTimedOut { .. } => "ExecutionTimedOut",
            Self::StateEntered { kind, .. } => kind.entered(),
            Self::StateExited { kind, .. } => kind.exited(),
            Self::EvaluationFailed { .. } => "EvaluationFailed",
            Self::StateAborted { kind } => kind.aborted(),
            Self::ActivityScheduled { .. } => "ActivityScheduled",
            Self::ActivityStarted { .. } => "ActivityStarted",
            Self::ActivitySucceeded { .. } => "ActivitySucceeded",
            Self::ActivityFailed { .. } => "ActivityFailed",
            Self::ActivityTimedOut { .. } => "ActivityTimedOut",
            Self::Lambda(event) => event.event_type(),
            Self::Service(event) => event.kind.event_type(),
            Self::ParallelStateStarted => "ParallelStateStarted",
            Self::ParallelStateSucceeded => "ParallelStateSucceeded",
            Self::ParallelStateFailed => "ParallelStateFailed",
            Self::MapStateStarted { .. } => "MapStateStarted",
            Self::MapStateSucceeded => "MapStateSucceeded",
            Self::MapStateFailed => "MapStateFailed",
            Self::MapRunStarted { .. } => "MapRunStarted",
            Self::MapRunSucceeded => "MapRunSucceeded",
            Self::MapRunFailed { .. } => "MapRunFailed",
            Self::MapRunAborted => "MapRunAborted",
            Self::MapIterationStarted { .. } => "MapIterationStarted",
            Self::MapIterationSucceeded { .. } => "MapIterationSucceeded",
            Self::MapIterationFailed { .. } => "MapIterationFailed",
            Self::MapIterationAborted { .. } => "MapIterationAborted",
        }
    }

    /// Whether this is the last event of an execution.
    #[must_use]
    pub fn closes_execution(&self) -> bool {
        matches!(
            self,
            Self::ExecutionSucceeded { .. }
                | Self::ExecutionFailed { .. }
                | Self::ExecutionAborted { .. }
                | Self::ExecutionTimedOut { .. }
        )
    }
}

impl StateType {
    fn entered(self) -> &'static str {
        match self {
            Self::Choice => "ChoiceStateEntered",
            Self::Fail => "FailStateEntered",
            Self::Map => "MapStateEntered",
            Self::Parallel => "ParallelStateEntered",
            Self::Pass => "PassStateEntered",
            Self::Succeed => "SucceedStateEntered",
            Self::Task => "TaskStateEntered",
            Self::Wait => "WaitStateEntered",
        }
    }

    fn exited(self) -> &'static str {
        match self {
            Self::Choice => "ChoiceStateExited",
            Self::Fail => "FailStateExited",
            Self::Map => "MapStateExited",
            Self::Parallel => "ParallelStateExited",
            Self::Pass => "PassStateExited",
            Self::Succeed => "SucceedStateExited",
            Self::Task => "TaskStateExited",
            Self::Wait => "WaitStateExited",
        }
    }

    fn aborted(self) -> &'static str {
        match self {
            Self::Choice => "ChoiceStateAborted",
            Self::Fail => "FailStateAborted",
            Self::Map => "MapStateAborted",
            Self::Parallel => "ParallelStateAborted",
            Self::Pass => "PassStateAborted",
            Self::Succeed => "SucceedStateAborted",
            Self::Task => "TaskStateAborted",
            Self::Wait => "WaitStateAborted",
        }
    }
}
