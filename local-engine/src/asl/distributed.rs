//! The fields of a Map whose items run as executions of their own.

use std::sync::Arc;

use serde_json::Value;

use super::definition::MachineType;
use super::payload::Payload;
use crate::query::JsonPath;
use crate::query::jsonata::Expression;

/// What a Map has if its `ProcessorConfig` has the `Mode` `DISTRIBUTED`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Distributed {
    /// `ExecutionType` of the child executions.
    pub execution_type: MachineType,
    /// `Label`, the middle of the names of the map run and of its executions.
    pub label: Option<String>,
    /// `ItemReader`; the items come from the input if there is none.
    pub reader: Option<ItemReader>,
    /// `ItemBatcher`; every item has an execution of its own if there is none.
    pub batcher: Option<ItemBatcher>,
    /// `ResultWriter`; the results become the result of the state if there is none.
    pub writer: Option<ResultWriter>,
    /// The item processor as it stands in the definition, for those who ask what a child
    /// execution runs.
    pub source: Arc<Value>,
}

/// `ToleratedFailureCount` and `ToleratedFailurePercentage`, with their `Path` forms. The
/// service reads them in every Map, but only a distributed one tolerates anything.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Tolerance {
    /// How many items may fail.
    pub count: Option<Quantity>,
    /// What share of the items may fail, in per cent.
    pub percentage: Option<Quantity>,
}

/// A number, written down or read from the input.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Quantity {
    /// A number in the definition.
    Literal(f64),
    /// A path to a number.
    Path(JsonPath),
    /// An expression for a number.
    Expression(Expression),
}

/// `ItemReader`: where the items come from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ItemReader {
    /// What is read.
    pub operation: ReadOperation,
    /// `Parameters` or `Arguments`: the bucket, and the key or prefix.
    pub parameters: Option<Payload>,
    /// What the objects hold.
    pub format: ItemFormat,
    /// `MaxItems` or `MaxItemsPath`.
    pub max_items: Option<Quantity>,
    /// `ItemsPointer`: where in a JSON document the array or object is.
    pub pointer: Option<String>,
    /// `Transformation`: `LOAD_AND_FLATTEN` reads the items inside every object that is listed.
    pub flatten: bool,
}

/// The `Resource` of an `ItemReader`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadOperation {
    /// `arn:aws:states:::s3:getObject`: the items are in one object.
    GetObject,
    /// `arn:aws:states:::s3:listObjectsV2`: the objects themselves are the items.
    ListObjects,
}

/// `InputType` of a `ReaderConfig`, with the fields of that type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemFormat {
    /// `JSON`: an array, or an object whose members are the items.
    Json,
    /// `JSONL`: one item for each line.
    JsonLines,
    /// `CSV`: one item for each row.
    Csv(CsvFormat),
    /// `MANIFEST` of an S3 inventory: one item for each object that the inventory names.
    Inventory,
    /// `MANIFEST` of a query's results: one item for each item in the files that it names.
    ResultFiles(Box<Self>),
}

/// How rows of a CSV text are read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvFormat {
    /// `CSVHeaders` if `CSVHeaderLocation` is `GIVEN`; the first row if there are none.
    pub headers: Option<Vec<String>>,
    /// `CSVDelimiter`.
    pub delimiter: u8,
}

/// `ItemBatcher`: several items for one child execution.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ItemBatcher {
    /// `MaxItemsPerBatch` or `MaxItemsPerBatchPath`.
    pub max_items: Option<Quantity>,
    /// `MaxInputBytesPerBatch` or `MaxInputBytesPerBatchPath`.
    pub max_bytes: Option<Quantity>,
    /// `BatchInput`: what every batch gets besides its items.
    pub input: Option<Payload>,
}

/// `ResultWriter`: what becomes of the results.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResultWriter {
    /// `Parameters` or `Arguments`, the bucket and prefix, if there is a `Resource` to write to.
    pub target: Option<Payload>,
    /// `OutputType`.
    pub output: OutputType,
    /// `Transformation`.
    pub transformation: Transformation,
}

/// `OutputType` of a `WriterConfig`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutputType {
    /// `JSON`: one array.
    Json,
    /// `JSONL`: one line for each result.
    JsonLines,
}

/// `Transformation` of a `WriterConfig`. What failed is told whole in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transformation {
    /// `NONE`: the output of each execution, and everything about the execution.
    None,
    /// `COMPACT`: the output of each execution.
    Compact,
    /// `FLATTEN`: the output of each execution, and the items of an output that is an array.
    Flatten,
}
