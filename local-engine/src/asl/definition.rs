//! A whole state machine: a graph of states and the fields around it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::state::State;

/// A state machine that was found valid.
///
/// Cloning is cheap: the states are shared.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Definition {
    /// `Comment`.
    pub comment: Option<String>,
    /// `Version`; only `1.0` exists.
    pub version: Option<String>,
    /// `TimeoutSeconds` of the whole execution.
    pub timeout: Option<Duration>,
    /// The states of the machine itself.
    pub graph: Arc<StateGraph>,
    /// Every activity that a Task names, in the order of the text.
    pub activities: Arc<[ActivityUse]>,
}

impl Definition {
    /// What the child executions of a distributed Map run: its item processor, which was found
    /// valid with the definition that it is part of.
    pub(crate) fn of_processor(graph: Arc<StateGraph>) -> Self {
        Self {
            comment: None,
            version: None,
            timeout: None,
            graph,
            activities: Arc::new([]),
        }
    }
}

/// The place where a Task names an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActivityUse {
    /// The ARN of the activity.
    pub arn: String,
    /// Where it stands, such as `/States/Charge/Resource`.
    pub path: String,
}

/// The type of a state machine, which decides what its tasks may wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MachineType {
    /// `STANDARD`
    #[default]
    Standard,
    /// `EXPRESS`: no activities, no waiting for a token or for a job.
    Express,
}

/// States that point at each other: the machine itself, a Parallel branch, or the item
/// processor of a Map.
///
/// Every name that one of its states points at is one of its states.
#[derive(Debug, Clone, PartialEq)]
pub struct StateGraph {
    start: Arc<State>,
    states: Vec<Arc<State>>,
    index: HashMap<String, usize>,
}

impl StateGraph {
    /// Puts states together; `None` if the first is not among them.
    pub(super) fn new(start_at: &str, states: Vec<Arc<State>>) -> Option<Self> {
        let index: HashMap<_, _> = states
            .iter()
            .enumerate()
            .map(|(at, state)| (state.name.clone(), at))
            .collect();
        let start = Arc::clone(states.get(*index.get(start_at)?)?);
        Some(Self {
            start,
            states,
            index,
        })
    }

    /// Returns the state in which an execution of this graph starts.
    #[must_use]
    pub fn start(&self) -> &Arc<State> {
        &self.start
    }

    /// Returns the state of this name, which is there for every name that the graph's own
    /// states point at.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&Arc<State>> {
        self.index.get(name).map(|&at| &self.states[at])
    }

    /// Returns the states in the order of the text.
    #[must_use]
    pub fn states(&self) -> &[Arc<State>] {
        &self.states
    }
}
