//! The eight kinds of state.

use std::sync::Arc;

use serde_json::Value;

use super::choice::Choice;
use super::definition::StateGraph;
use super::distributed::{Distributed, Quantity, Tolerance};
use super::field::{PathField, ResultPath, Seconds, TextField, Transition};
use super::payload::Payload;
use super::resource::Resource;
use super::retry::{Catcher, Retrier};
use crate::query::JsonPath;
use crate::query::jsonata::Expression;

/// One state of a graph.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct State {
    /// Its name, of at most 80 characters.
    pub name: String,
    /// `Comment`.
    pub comment: Option<String>,
    /// `QueryLanguage`, or that of the state machine.
    pub language: QueryLanguage,
    /// `InputPath`; [`PathField::Whole`] for a Fail, which has none.
    pub input_path: PathField,
    /// `OutputPath`; [`PathField::Whole`] for a Fail, which has none.
    pub output_path: PathField,
    /// `Assign`; that of the `Default` for a Choice.
    pub assign: Option<Payload>,
    /// `Output` of a state in JSONata; that of the `Default` for a Choice.
    pub output: Option<Payload>,
    /// What kind of state it is, with the fields of that kind.
    pub kind: StateKind,
}

/// How a state asks questions of what it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum QueryLanguage {
    /// `JSONPath`
    #[default]
    Jsonpath,
    /// `JSONata`
    Jsonata,
}

/// `Type`, with the fields of that type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StateKind {
    /// Hands its input, or a fixed result, on.
    Pass(Box<Pass>),
    /// Has work done by an activity, a Lambda function or a service.
    Task(Box<Task>),
    /// Chooses the next state.
    Choice(Box<Choice>),
    /// Waits for a time.
    Wait(Box<Wait>),
    /// Ends its graph well.
    Succeed,
    /// Ends the execution badly.
    Fail(Box<Fail>),
    /// Runs several graphs at once.
    Parallel(Box<Parallel>),
    /// Runs one graph for each item of an array.
    Map(Box<Map>),
}

impl StateKind {
    /// Returns the word that stands in `Type`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pass(_) => "Pass",
            Self::Task(_) => "Task",
            Self::Choice(_) => "Choice",
            Self::Wait(_) => "Wait",
            Self::Succeed => "Succeed",
            Self::Fail(_) => "Fail",
            Self::Parallel(_) => "Parallel",
            Self::Map(_) => "Map",
        }
    }
}

/// The fields of a Pass.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pass {
    /// `Parameters`.
    pub parameters: Option<Payload>,
    /// `Result`; the effective input if absent.
    pub result: Option<Value>,
    /// `ResultPath`.
    pub result_path: ResultPath,
    /// `Next` or `End`.
    pub transition: Transition,
}

/// What Task, Parallel and Map share: work that has a result and may fail.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Work {
    /// `Parameters` or `Arguments`; always `None` for a Map, whose `Parameters` are its item
    /// selector.
    pub parameters: Option<Payload>,
    /// `ResultSelector`.
    pub result_selector: Option<Payload>,
    /// `ResultPath`.
    pub result_path: ResultPath,
    /// `Retry`.
    pub retry: Vec<Retrier>,
    /// `Catch`.
    pub catch: Vec<Catcher>,
    /// `Next` or `End`.
    pub transition: Transition,
}

/// The fields of a Task.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// `Resource`: who does the work.
    pub resource: Resource,
    /// `Credentials`: an object with the role that the work is done in.
    pub credentials: Option<Payload>,
    /// `TimeoutSeconds` or `TimeoutSecondsPath`.
    pub timeout: Option<Seconds>,
    /// `HeartbeatSeconds` or `HeartbeatSecondsPath`; smaller than the time-out if both are
    /// written down.
    pub heartbeat: Option<Seconds>,
    /// The fields shared with other kinds.
    pub work: Work,
}

/// The fields of a Wait.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Wait {
    /// How long.
    pub until: WaitUntil,
    /// `Next` or `End`.
    pub transition: Transition,
}

/// How long a Wait waits.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WaitUntil {
    /// `Seconds`.
    Seconds(u64),
    /// `SecondsPath`.
    SecondsPath(JsonPath),
    /// `Timestamp`.
    Timestamp(jiff::Timestamp),
    /// `TimestampPath`.
    TimestampPath(JsonPath),
    /// `Seconds` as an expression.
    SecondsExpression(Expression),
    /// `Timestamp` as an expression.
    TimestampExpression(Expression),
}

/// The fields of a Fail.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fail {
    /// `Error` or `ErrorPath`.
    pub error: Option<TextField>,
    /// `Cause` or `CausePath`.
    pub cause: Option<TextField>,
}

/// The fields of a Parallel.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parallel {
    /// `Branches`: at least one.
    pub branches: Vec<Arc<StateGraph>>,
    /// The fields shared with other kinds.
    pub work: Work,
}

/// The fields of a Map.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Map {
    /// `ItemsPath` or `Items`.
    pub items: Items,
    /// `ItemSelector`, or `Parameters` as it was called before.
    pub item_selector: Option<Payload>,
    /// `ItemProcessor`, or `Iterator` as it was called before.
    pub processor: Arc<StateGraph>,
    /// `MaxConcurrency` or `MaxConcurrencyPath`; without limit if zero or absent.
    pub max_concurrency: Option<Quantity>,
    /// How many failures a distributed Map puts up with.
    pub tolerance: Tolerance,
    /// What only a distributed Map has; none if its iterations run in its own execution.
    pub distributed: Option<Distributed>,
    /// The fields shared with other kinds.
    pub work: Work,
}

/// Where the items of a Map come from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Items {
    /// `ItemsPath`; the effective input itself if [`PathField::Whole`].
    Path(PathField),
    /// `Items` of a state in JSONata; the input itself if there is none.
    Payload(Option<Payload>),
}
