//! State machines and executions in memory, for as long as the engine lives.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use jiff::Timestamp;

use super::execution::{ChildPlace, Execution};
use super::state_machine::StateMachine;
use crate::arn::{ExecutionArn, StateMachineArn};

/// Everything that was created and started.
#[derive(Debug, Default)]
pub(crate) struct MemoryStore {
    state_machines: BTreeMap<StateMachineArn, StateMachine>,
    /// Also those of state machines that were deleted.
    executions: HashMap<ExecutionArn, Arc<Execution>>,
    last_number: u64,
}

/// What `StartExecution` asks for.
#[derive(Debug)]
pub(crate) struct NewExecution {
    pub(crate) arn: ExecutionArn,
    pub(crate) name: Arc<str>,
    pub(crate) input: Arc<str>,
    pub(crate) trace_header: Option<String>,
    pub(crate) child_of: Option<ChildPlace>,
    pub(crate) test_case: Option<Arc<str>>,
}

/// What became of a request to start an execution.
#[derive(Debug)]
pub(crate) enum Start {
    /// It is new, and its machine must be started.
    New(Arc<Execution>),
    /// There is one of that name.
    Exists(Arc<Execution>),
}

impl MemoryStore {
    pub(crate) fn state_machine(&self, arn: &StateMachineArn) -> Option<&StateMachine> {
        self.state_machines.get(arn)
    }

    pub(crate) fn state_machine_mut(&mut self, arn: &StateMachineArn) -> Option<&mut StateMachine> {
        self.state_machines.get_mut(arn)
    }

    pub(crate) fn add_state_machine(&mut self, state_machine: StateMachine) {
        self.state_machines
            .insert(state_machine.arn.clone(), state_machine);
    }

    /// Deletes a state machine, if it exists. Its executions run on and can be looked at.
    pub(crate) fn delete_state_machine(&mut self, arn: &StateMachineArn) {
        self.state_machines.remove(arn);
    }

    /// The state machines after the given one, by name.
    pub(crate) fn state_machines_after(
        &self,
        arn: Option<&StateMachineArn>,
    ) -> impl Iterator<Item = &StateMachine> {
        let from = arn.map_or(Bound::Unbounded, Bound::Excluded);
        self.state_machines
            .range((from, Bound::Unbounded))
            .map(|(_, state_machine)| state_machine)
    }

    pub(crate) fn execution(&self, arn: &ExecutionArn) -> Option<&Arc<Execution>> {
        self.executions.get(arn)
    }

    /// Adds an execution of the state machine's current revision, unless its name is taken;
    /// nothing if there is no such state machine.
    pub(crate) fn start(
        &mut self,
        state_machine: &StateMachineArn,
        new: NewExecution,
        now: Timestamp,
    ) -> Option<Start> {
        let state_machine = self.state_machines.get_mut(state_machine)?;
        if let Some(execution) = self.executions.get(&new.arn) {
            return Some(Start::Exists(Arc::clone(execution)));
        }
        self.last_number += 1;
        let execution = Arc::new(Execution::new(self.last_number, state_machine, new, now));
        self.executions
            .insert(execution.arn.clone(), Arc::clone(&execution));
        state_machine.executions.push_back(Arc::clone(&execution));
        Some(Start::New(execution))
    }

    /// Forgets an execution.
    pub(crate) fn forget(&mut self, execution: &Execution) {
        self.executions.remove(&execution.arn);
        if let Some(state_machine) = self.state_machines.get_mut(&execution.state_machine) {
            let known = &mut state_machine.executions;
            if let Ok(at) = known.binary_search_by_key(&execution.number, |known| known.number) {
                known.remove(at);
            }
        }
    }

    /// Adds a child execution of a map run, whose state machine is nobody else's.
    pub(crate) fn start_child(
        &mut self,
        state_machine: &StateMachine,
        new: NewExecution,
        now: Timestamp,
    ) -> Arc<Execution> {
        self.last_number += 1;
        let execution = Arc::new(Execution::new(self.last_number, state_machine, new, now));
        self.executions
            .insert(execution.arn.clone(), Arc::clone(&execution));
        execution
    }
}
