//! Starting, stopping and looking at executions.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use sfn_worker_core::Payload;
use uuid::Uuid;

use super::Engine;
use super::error::{EngineError, ErrorCode};
use super::shared::Shared;
use super::state_machine::check_name;
use crate::arn::{ExecutionArn, StateMachineArn};
use crate::asl::MachineType;
use crate::history::HistoryEvent;
use crate::machine::{Event, Status};
use crate::store::{Execution, NewExecution, Revision, Start};

/// What `StartExecution` asks for.
#[derive(Debug)]
pub(crate) struct StartRequest {
    pub(crate) state_machine: StateMachineArn,
    pub(crate) test_case: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) input: Arc<str>,
    pub(crate) trace_header: Option<String>,
}

/// An execution as it was at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionDescription {
    /// Its ARN.
    pub arn: ExecutionArn,
    /// Its name.
    pub name: Arc<str>,
    /// The ARN of its state machine.
    pub state_machine: StateMachineArn,
    /// Whether it is running, and if not, how it ended.
    pub status: ExecutionStatus,
    /// When it was started.
    pub started: Timestamp,
    /// When it ended.
    pub stopped: Option<Timestamp>,
    /// The input as the caller wrote it.
    pub input: Arc<str>,
    /// The output, if it succeeded.
    pub output: Option<Arc<str>>,
    /// The error name, if it failed or was stopped with one.
    pub error: Option<String>,
    /// The cause, if it failed or was stopped with one.
    pub cause: Option<String>,
    /// The number by which lists are sorted.
    pub(crate) number: u64,
    /// The trace header that it was started with.
    pub(crate) trace_header: Option<String>,
    /// The map run that it is a child of, and how many items it got.
    pub(crate) child_of: Option<(Arc<str>, u64)>,
}

/// The status of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecutionStatus {
    /// It is not over.
    Running,
    /// It reached a terminal state.
    Succeeded,
    /// A state failed and nothing caught it.
    Failed,
    /// The `TimeoutSeconds` of its state machine passed.
    TimedOut,
    /// It was stopped.
    Aborted,
}

impl Engine {
    /// Starts an execution. It runs at once, up to the first state that must wait.
    ///
    /// Without a name it gets one of its own. Starting an execution again that is running under
    /// the same name with the same input finds the first one.
    ///
    /// # Errors
    ///
    /// `StateMachineDoesNotExist`; `InvalidName`; `InvalidExecutionInput` if the input is not
    /// JSON; `ExecutionAlreadyExists` if the name is taken.
    pub fn start_execution(
        &self,
        state_machine: &StateMachineArn,
        name: Option<&str>,
        input: &str,
    ) -> Result<ExecutionArn, EngineError> {
        let (state_machine, test_case) = StartRequest::target(state_machine.as_str())?;
        let started = self.start(StartRequest {
            state_machine,
            test_case,
            name: name.map(str::to_owned),
            input: input.into(),
            trace_header: None,
        })?;
        Ok(started.arn)
    }

    /// Stops an execution. Returns when it ended, which is earlier if it was over already.
    ///
    /// # Errors
    ///
    /// `ExecutionDoesNotExist`.
    pub fn stop_execution(
        &self,
        execution: &ExecutionArn,
        error: Option<&str>,
        cause: Option<&str>,
    ) -> Result<Timestamp, EngineError> {
        let execution = self.execution(execution)?;
        let mut delivery = self.shared.delivery(&execution);
        delivery.deliver(Event::Stopped {
            error: error.map(str::to_owned),
            cause: cause.map(str::to_owned),
        });
        let stopped = delivery.end().map(|end| end.at);
        Ok(stopped.unwrap_or_else(|| self.shared.clock.now()))
    }

    /// Describes an execution as it is now.
    ///
    /// # Errors
    ///
    /// `ExecutionDoesNotExist`.
    pub fn describe(&self, execution: &ExecutionArn) -> Result<ExecutionDescription, EngineError> {
        Ok(describe(&*self.execution(execution)?))
    }

    /// The history of an execution so far.
    ///
    /// # Errors
    ///
    /// `ExecutionDoesNotExist`.
    pub fn history(&self, execution: &ExecutionArn) -> Result<Vec<HistoryEvent>, EngineError> {
        Ok(self.execution(execution)?.lock().history.clone())
    }

    /// Waits until an execution is over and describes it. The end wakes the waiter; nothing is
    /// looked at in between.
    ///
    /// # Errors
    ///
    /// `ExecutionDoesNotExist`.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time; waiting again loses nothing.
    pub async fn wait(
        &self,
        execution: &ExecutionArn,
    ) -> Result<ExecutionDescription, EngineError> {
        let execution = self.execution(execution)?;
        Ok(ended(&execution).await)
    }

    pub(crate) fn start(&self, request: StartRequest) -> Result<ExecutionDescription, EngineError> {
        self.shared.start(request)
    }

    /// The executions of a state machine that come before the one of that number, the newest
    /// first.
    pub(crate) fn executions_before(
        &self,
        state_machine: &StateMachineArn,
        number: Option<u64>,
        wanted: impl Fn(ExecutionStatus) -> bool,
        limit: usize,
    ) -> Result<Vec<ExecutionDescription>, EngineError> {
        let mut before = number;
        let mut found = Vec::new();
        loop {
            // In portions, so that neither the store nor any execution keeps the others waiting.
            let portion = self.portion_before(state_machine, before)?;
            let Some(last) = portion.last() else {
                return Ok(found);
            };
            before = Some(last.number);
            for execution in &portion {
                let description = describe(execution);
                if wanted(description.status) {
                    found.push(description);
                }
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
    }

    fn portion_before(
        &self,
        state_machine: &StateMachineArn,
        number: Option<u64>,
    ) -> Result<Vec<Arc<Execution>>, EngineError> {
        const PORTION: usize = 1_000;
        let store = self.shared.store();
        let state_machine = store
            .state_machine(state_machine)
            .ok_or_else(|| EngineError::state_machine_missing(state_machine.as_str()))?;
        let all = &state_machine.executions;
        let end = number.map_or(all.len(), |number| {
            all.partition_point(|execution| execution.number < number)
        });
        Ok(all.range(..end).rev().take(PORTION).cloned().collect())
    }

    /// Events of an execution after the one of that number, in either order. Returns also
    /// whether there are more.
    pub(crate) fn history_page(
        &self,
        execution: &ExecutionArn,
        reverse: bool,
        after: Option<usize>,
        limit: usize,
    ) -> Result<(Vec<HistoryEvent>, bool), EngineError> {
        let execution = self.execution(execution)?;
        let progress = execution.lock();
        let history = &progress.history;
        // Events are numbered from 1 without a gap.
        let page = if reverse {
            let end = after.map_or(history.len(), |id| id.saturating_sub(1).min(history.len()));
            let begin = end.saturating_sub(limit);
            let page = history[begin..end].iter().rev().cloned().collect();
            (page, begin > 0)
        } else {
            let begin = after.unwrap_or(0).min(history.len());
            let end = begin.saturating_add(limit).min(history.len());
            (history[begin..end].to_vec(), end < history.len())
        };
        Ok(page)
    }

    /// The settings that an execution runs with, and the name of its state machine.
    pub(crate) fn revision(
        &self,
        execution: &ExecutionArn,
    ) -> Result<(StateMachineArn, Arc<str>, Arc<Revision>), EngineError> {
        let execution = self.execution(execution)?;
        Ok((
            execution.state_machine.clone(),
            Arc::clone(&execution.state_machine_name),
            Arc::clone(&execution.revision),
        ))
    }

    fn execution(&self, arn: &ExecutionArn) -> Result<Arc<Execution>, EngineError> {
        self.shared.execution(arn)
    }
}

impl StartRequest {
    /// Tells the ARN of a state machine from the test case that may stand behind it.
    pub(crate) fn target(text: &str) -> Result<(StateMachineArn, Option<String>), EngineError> {
        let (arn, test_case) = match text.split_once('#') {
            Some((arn, test_case)) => (arn, Some(test_case.to_owned())),
            None => (text, None),
        };
        Ok((arn.parse()?, test_case))
    }
}

impl Shared {
    pub(super) fn start(&self, request: StartRequest) -> Result<ExecutionDescription, EngineError> {
        check_input(&request.input)?;
        let name = match request.name {
            Some(name) => {
                check_name(&name)?;
                name
            }
            None => Uuid::new_v4().to_string(),
        };
        let state_machine = &request.state_machine;
        let test_case = self.test_case(state_machine, request.test_case)?;
        let input = Arc::clone(&request.input);
        let now = self.clock.now();
        // Dropped last: their histories may be long, and the store is wanted by others.
        let forgotten = self.forgotten();
        let mut store = self.store();
        for execution in &forgotten {
            store.forget(execution);
        }
        let missing = || EngineError::state_machine_missing(state_machine.as_str());
        let kind = store.state_machine(state_machine).ok_or_else(missing)?.kind;
        let arn = match kind {
            MachineType::Standard => self.place.execution(state_machine.name(), &name),
            MachineType::Express => {
                let id = Uuid::new_v4().to_string();
                self.place
                    .express_execution(state_machine.name(), &name, &id)
            }
        };
        let new = NewExecution {
            arn,
            name: name.into(),
            input: request.input,
            trace_header: request.trace_header,
            test_case,
            child_of: None,
        };
        let start = store.start(state_machine, new, now).ok_or_else(missing)?;
        match start {
            Start::New(execution) => {
                // Nobody may find the execution before its machine has begun.
                let mut delivery = self.delivery(&execution);
                drop(store);
                delivery.start();
                drop(delivery);
                Ok(describe(&execution))
            }
            Start::Exists(execution) => {
                drop(store);
                let description = describe(&execution);
                let same =
                    description.status == ExecutionStatus::Running && description.input == input;
                if same {
                    Ok(description)
                } else {
                    Err(EngineError::new(
                        ErrorCode::ExecutionAlreadyExists,
                        format!("Execution Already Exists: '{}'", execution.arn),
                    ))
                }
            }
        }
    }

    /// The test case of an execution: the one that it was started with, or the engine's own.
    fn test_case(
        &self,
        state_machine: &StateMachineArn,
        asked: Option<String>,
    ) -> Result<Option<Arc<str>>, EngineError> {
        let mocks = self.providers.mocks.as_ref().map(|mocks| &*mocks.0);
        let has = |name: &str| {
            mocks.is_some_and(|mocks| mocks.test_case(state_machine.name(), name).is_some())
        };
        let Some(asked) = asked else {
            let own = self.providers.mock_case.clone();
            return Ok(own.filter(|name| has(name)));
        };
        if has(&asked) {
            return Ok(Some(asked.into()));
        }
        let name = state_machine.name();
        let list = |names: Vec<&str>| names.join(", ");
        let known = mocks.map(|mocks| list(mocks.test_cases(name).collect()));
        let why = match (known, mocks) {
            (Some(known), Some(mocks)) if known.is_empty() => {
                let machines = list(mocks.state_machines().collect());
                format!("the mocks have no state machine {name}; they have [{machines}]")
            }
            (Some(known), _) => {
                format!(
                    "the state machine {name} has no mocked test case {asked}; it has [{known}]"
                )
            }
            (None, _) => format!("the engine has no mocks, so there is no test case {asked}"),
        };
        Err(EngineError::new(
            ErrorCode::InvalidArn,
            format!("Invalid Arn: '{why}'"),
        ))
    }

    pub(super) fn execution(&self, arn: &ExecutionArn) -> Result<Arc<Execution>, EngineError> {
        self.store()
            .execution(arn)
            .cloned()
            .ok_or_else(|| EngineError::execution_missing(arn.as_str()))
    }
}

/// Waits until an execution is over.
pub(super) async fn ended(execution: &Execution) -> ExecutionDescription {
    loop {
        let mut closed = pin!(execution.closed.notified());
        // From here on no wake-up is missed, so the look at the status comes after it.
        closed.as_mut().enable();
        let description = describe(execution);
        if description.status != ExecutionStatus::Running {
            return description;
        }
        closed.await;
    }
}

fn check_input(input: &str) -> Result<(), EngineError> {
    let invalid = |why: String| {
        EngineError::new(
            ErrorCode::InvalidExecutionInput,
            format!("Invalid State Machine Execution Input: '{why}'"),
        )
    };
    if input.len() > Payload::LIMIT {
        return Err(invalid(format!(
            "the input has {} bytes: the service takes {}",
            input.len(),
            Payload::LIMIT
        )));
    }
    match serde_json::from_str::<IgnoredAny>(input) {
        Ok(_) => Ok(()),
        Err(error) => Err(invalid(format!("not a JSON document: {error}"))),
    }
}

/// An execution as it is now.
pub(super) fn describe(execution: &Execution) -> ExecutionDescription {
    let end = execution.lock().end.clone();
    let stopped = end.as_ref().map(|end| end.at);
    let closed = end.map(|end| end.closed);
    let status = closed.as_ref().map(|closed| closed.status.into());
    let (output, error, cause) = closed.map_or((None, None, None), |closed| {
        (closed.output, closed.error, closed.cause)
    });
    ExecutionDescription {
        arn: execution.arn.clone(),
        name: Arc::clone(&execution.name),
        state_machine: execution.state_machine.clone(),
        status: status.unwrap_or(ExecutionStatus::Running),
        started: execution.started,
        stopped,
        input: Arc::clone(&execution.input),
        output,
        error,
        cause,
        number: execution.number,
        trace_header: execution.trace_header.clone(),
        child_of: execution
            .child_of
            .as_ref()
            .map(|place| (Arc::clone(&place.run_arn), place.items)),
    }
}

impl ExecutionStatus {
    /// The status as the service writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}

impl From<Status> for ExecutionStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Succeeded => Self::Succeeded,
            Status::Failed => Self::Failed,
            Status::TimedOut => Self::TimedOut,
            Status::Aborted => Self::Aborted,
        }
    }
}

impl fmt::Display for ExecutionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
