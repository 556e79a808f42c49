//! The context object, and what a path can see.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

/// What a path is evaluated on: `$` is the input, `$$` the context object.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The value that `$` stands for.
    pub input: &'a Value,
    /// What `$$` stands for; made into a value only if a path asks for it.
    pub context: &'a ContextObject,
}

/// The context object, which `$$` stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextObject {
    /// `Execution`.
    pub execution: Arc<ExecutionContext>,
    /// `StateMachine`.
    pub machine: Arc<MachineContext>,
    /// `State`.
    pub state: Option<StateContext>,
    /// `Map.Item` of the innermost Map iteration.
    pub item: Option<ItemContext>,
    /// `Task.Token`.
    pub task_token: Option<String>,
}

/// `Execution` of the context object.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionContext {
    /// `Id`: the ARN of the execution.
    pub arn: String,
    /// `Input`.
    pub input: Value,
    /// `Name`.
    pub name: String,
    /// `RoleArn`.
    pub role_arn: String,
    /// `StartTime`.
    pub start_time: Timestamp,
    /// `RedriveCount`.
    pub redrive_count: u32,
    /// `RedriveTime` of the last redrive.
    pub redrive_time: Option<Timestamp>,
}

/// `StateMachine` of the context object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineContext {
    /// `Id`: the ARN of the state machine.
    pub arn: String,
    /// `Name`.
    pub name: String,
}

/// `State` of the context object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateContext {
    /// `Name`.
    pub name: String,
    /// `EnteredTime`.
    pub entered_time: Timestamp,
    /// `RetryCount`.
    pub retry_count: u32,
}

/// `Map.Item` of the context object.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemContext {
    /// `Index`.
    pub index: usize,
    /// `Value`.
    pub value: Value,
}
