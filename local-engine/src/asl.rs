//! Amazon States Language: definition text in, a valid [`Definition`] or all its [`Problems`] out.
//!
//! [`Definition::parse`] is the only way to a definition, so whatever holds one can rely on it:
//! every name that a state points at is there, every path is compiled, every number is in its
//! range. What AWS would accept but this engine cannot run yet is a problem too, with a code of
//! its own ([`Code::NotSupportedYet`]): it never runs wrongly.

mod choice;
mod definition;
mod diagnose;
mod distributed;
mod field;
mod json;
mod parse;
mod payload;
mod problem;
mod references;
mod resource;
mod retry;
mod state;
mod warning;

pub use choice::{
    Choice, ChoiceBranch, ChoiceRule, Comparison, Condition, Kind, Operand, Ordering, Test,
};
pub use definition::{ActivityUse, Definition, MachineType, StateGraph};
pub use distributed::{
    CsvFormat, Distributed, ItemBatcher, ItemFormat, ItemReader, OutputType, Quantity,
    ReadOperation, ResultWriter, Tolerance, Transformation,
};
pub use field::{PathField, ResultPath, Seconds, TextField, Transition};
pub use payload::{Jsonata, Payload};
pub use problem::{Code, Position, Problem, Problems, Severity};
pub use references::variable_references;
pub use resource::{Pattern, Resource, ServiceAction};
pub use retry::{Catcher, ErrorEquals, ErrorMatch, Jitter, Retrier};
pub use state::{
    Fail, Items, Map, Parallel, Pass, QueryLanguage, State, StateKind, Task, Wait, WaitUntil, Work,
};
