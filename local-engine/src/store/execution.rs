//! One execution: what it was started with, and how far it has come.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::map_run::MapRun;
use super::memory::NewExecution;
use super::state_machine::{Revision, StateMachine};
use crate::activities::Serial;
use crate::arn::{ExecutionArn, StateMachineArn};
use crate::asl::MachineType;
use crate::history::HistoryEvent;
use crate::machine::{Closed, Machine, TaskId, TimerId};

/// An execution, running or closed.
#[derive(Debug)]
pub(crate) struct Execution {
    /// Its number in this engine; later executions have higher ones.
    pub(crate) number: u64,
    pub(crate) arn: ExecutionArn,
    pub(crate) name: Arc<str>,
    pub(crate) state_machine: StateMachineArn,
    pub(crate) state_machine_name: Arc<str>,
    pub(crate) revision: Arc<Revision>,
    /// The input as the caller wrote it.
    pub(crate) input: Arc<str>,
    pub(crate) trace_header: Option<String>,
    /// The type of its state machine.
    pub(crate) kind: MachineType,
    /// Which mocks answer its calls.
    pub(crate) test_case: Option<Arc<str>>,
    pub(crate) started: Timestamp,
    /// Its place in a map run, if it is a child of one.
    pub(crate) child_of: Option<ChildPlace>,
    /// Wakes those who wait for the end.
    pub(crate) closed: Notify,
    progress: Mutex<Progress>,
}

/// The place of a child execution in its map run.
#[derive(Debug, Clone)]
pub(crate) struct ChildPlace {
    /// Gone only with the engine.
    pub(crate) run: Weak<MapRun>,
    pub(crate) run_arn: Arc<str>,
    pub(crate) index: usize,
    pub(crate) items: u64,
}

/// How far an execution has come. Whoever holds its lock decides what happens next to the
/// execution and to every task of it.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Nothing before the start and after the end.
    pub(crate) machine: Option<Machine>,
    pub(crate) history: Vec<HistoryEvent>,
    /// Its open tasks.
    pub(crate) tasks: BTreeMap<TaskId, Serial>,
    /// Its calls of functions and services that are in flight.
    pub(crate) calls: BTreeMap<TaskId, OpenCall>,
    /// How often each state made a call.
    pub(crate) invocations: BTreeMap<Arc<str>, u32>,
    /// Its timers and when they fire.
    pub(crate) timers: BTreeMap<TimerId, Timestamp>,
    pub(crate) end: Option<End>,
}

/// A call that an execution waits for.
#[derive(Debug)]
pub(crate) struct OpenCall {
    abort: AbortHandle,
    /// The call itself was answered, and its job goes on.
    pub(crate) submitted: bool,
}

/// When and how an execution ended.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) at: Timestamp,
    pub(crate) closed: Closed,
}

impl OpenCall {
    pub(crate) fn new(abort: AbortHandle) -> Self {
        Self {
            abort,
            submitted: false,
        }
    }

    /// Breaks the call off.
    pub(crate) fn abort(&self) {
        self.abort.abort();
    }
}

impl Execution {
    /// The execution of this number, of the state machine as it is now.
    pub(super) fn new(
        number: u64,
        state_machine: &StateMachine,
        new: NewExecution,
        started: Timestamp,
    ) -> Self {
        Self {
            number,
            arn: new.arn,
            name: new.name,
            state_machine: state_machine.arn.clone(),
            state_machine_name: Arc::clone(&state_machine.name),
            revision: Arc::clone(&state_machine.current),
            input: new.input,
            trace_header: new.trace_header,
            kind: state_machine.kind,
            test_case: new.test_case,
            started,
            child_of: new.child_of,
            closed: Notify::new(),
            progress: Mutex::default(),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
