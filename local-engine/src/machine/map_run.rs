//! What a distributed Map asks of the world outside, and what it gets back.

use std::sync::Arc;

use serde_json::Value;

use crate::asl::{ItemFormat, MachineType, OutputType, ReadOperation, StateGraph, Transformation};

/// What a map run is to do.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MapRunPlan {
    /// The ARN of the map run.
    pub arn: Arc<str>,
    /// `Label`, or the name that takes its place.
    pub label: Arc<str>,
    /// What a child execution runs.
    pub processor: Arc<StateGraph>,
    /// The same as it stands in the definition.
    pub source: Arc<Value>,
    /// The type of the child executions.
    pub execution_type: MachineType,
    /// `MaxConcurrency`; without limit if zero.
    pub max_concurrency: u64,
    /// How many items may fail, if that was said.
    pub tolerated_count: Option<u64>,
    /// What share of the items may fail in per cent, if that was said.
    pub tolerated_percentage: Option<f64>,
    /// Where the items come from, if not from the state's input.
    pub read: Option<ReadPlan>,
    /// What becomes of the results.
    pub results: ResultsPlan,
}

/// Where items are read from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadPlan {
    /// What is read.
    pub operation: ReadOperation,
    /// The bucket.
    pub bucket: String,
    /// The key of the object, or the prefix of those that are listed.
    pub key: String,
    /// What the objects hold.
    pub format: ItemFormat,
    /// `ItemsPointer`.
    pub pointer: Option<String>,
    /// Whether the items are inside the objects that are listed.
    pub flatten: bool,
    /// `MaxItems`; no limit if zero.
    pub max_items: u64,
}

/// What becomes of the results.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResultsPlan {
    /// Where they are written; none if they become the result of the state.
    pub target: Option<ResultTarget>,
    /// The form of the files.
    pub output: OutputType,
    /// What is told of each execution.
    pub transformation: Transformation,
}

/// Where results are written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResultTarget {
    /// The bucket.
    pub bucket: String,
    /// What the keys begin with; may be empty.
    pub prefix: String,
}

/// An item that was read.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a shell makes items and knows all there is to them"
)]
pub struct ReadItem {
    /// The name of the member, if the items are the members of an object.
    pub key: Option<Arc<str>>,
    /// The item.
    pub value: Value,
    /// The URI of the object that it was read from.
    pub source: Arc<str>,
}

/// The input of one child execution.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildInput {
    /// The input as JSON text.
    pub input: Arc<str>,
    /// How many items are in it.
    pub items: u64,
}
