//! Amazon States Language: definition text in, a valid [`Definition`] or all its [`Problems`] out.

mod choice;
mod definition;
mod field;
mod problem;
mod retry;
mod state;

pub use choice::{Choice, ChoiceBranch, ChoiceRule, Comparison, Kind, Operand, Ordering, Test};
pub use definition::{ActivityUse, Definition, StateGraph};
pub use field::{PathField, ResultPath, Seconds, TextField, Transition};
pub use problem::{Code, Problem, Problems};
pub use retry::{Catcher, ErrorEquals, ErrorMatch, Jitter, Retrier};
pub use state::{
    Concurrency, Fail, Map, Parallel, Pass, State, StateKind, Task, Wait, WaitUntil, Work,
};
