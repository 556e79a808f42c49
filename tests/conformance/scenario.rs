//! A recorded scenario: the calls to make, and what the service answered.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A recorded scenario.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Scenario {
    #[serde(default)]
    pub(crate) order_insensitive: bool,
    #[serde(default)]
    pub(crate) sort_variable_references: bool,
    pub(crate) steps: Vec<Step>,
    pub(crate) expect: Vec<Expectation>,
    /// What came of the tasks that called other services, in order.
    #[serde(default)]
    pub(crate) task_outcomes_by_state: BTreeMap<String, Vec<Value>>,
    #[serde(default)]
    pub(crate) placeholders: Placeholders,
}

/// What is known of the tokens in a scenario.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Placeholders {
    #[serde(default)]
    pub(crate) bindings: BTreeMap<String, String>,
}

/// One step; step *n* leaves its answer for later steps to refer to.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Step {
    /// Call an operation.
    Call(Call),
    /// Wait for an execution.
    Await {
        #[serde(rename = "await")]
        until: Milestone,
        #[serde(rename = "executionArn")]
        execution: String,
    },
    /// Start a worker beside the scenario.
    Worker { worker: Value },
}

/// A call to make.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Call {
    #[serde(rename = "call")]
    pub(crate) operation: String,
    pub(crate) request: Value,
    /// The call must be refused.
    #[serde(default)]
    pub(crate) fails: bool,
    /// Its outcome is not looked at.
    #[serde(default)]
    pub(crate) may_fail: bool,
}

/// What to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Milestone {
    #[serde(rename = "execution_terminated")]
    Terminated,
    #[serde(rename = "execution_started")]
    Started,
    #[serde(rename = "execution_state_entered")]
    StateEntered,
}

/// A recorded value and where its counterpart is found.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Expectation {
    pub(crate) key: String,
    pub(crate) of: Of,
    pub(crate) body: Value,
    pub(crate) http_status: Option<u16>,
}

/// Where an answered value is found.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Of {
    /// An object built from several answers.
    Object { object: BTreeMap<String, Self> },
    /// A list built from several answers.
    List { list: Vec<Self> },
    /// A part of one answer.
    Part(PartOf),
}

/// A part of the answer to one step.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PartOf {
    pub(crate) step: usize,
    pub(crate) part: Part,
    #[serde(default)]
    pub(crate) path: Vec<Value>,
    pub(crate) select: Option<Select>,
}

/// Which part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    Response,
    Error,
    ErrorString,
    ErrorType,
    Events,
}

/// How a recorded list is compared with an answered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Select {
    /// Each recorded item is found somewhere in the answer.
    Contains,
}
