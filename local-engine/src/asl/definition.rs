//! A whole state machine: a graph of states and the fields around it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::state::State;

/// A state machine that was found valid.
///
/// Cloning is cheap: the states are shared.
#[derive(Debug, Clone, PartialEq)]
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
    pub activities: Vec<ActivityUse>,
}

/// The place where a Task names an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityUse {
    /// The ARN of the activity.
    pub arn: String,
    /// Where it stands, such as `/States/Charge/Resource`.
    pub path: String,
}

/// States that point at each other: the machine itself, a Parallel branch, or the item
/// processor of a Map.
///
/// Every name in it that a state points at is one of its states.
#[derive(Debug, Clone, PartialEq)]
pub struct StateGraph {
    start_at: Arc<State>,
    states: Vec<Arc<State>>,
    index: HashMap<String, usize>,
}

impl StateGraph {
    /// Returns the state in which an execution of this graph starts.
    #[must_use]
    pub fn start(&self) -> &Arc<State> {
        &self.start_at
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
