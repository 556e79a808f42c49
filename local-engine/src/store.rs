//! Where state machines and executions live.

mod execution;
mod map_run;
mod memory;
mod state_machine;

pub(crate) use execution::{ChildPlace, End, Execution, OpenCall, Progress};
pub(crate) use map_run::{Child, ChildEnd, Counts, Limits, MapRun, MapRuns, Next, RunStatus};
pub(crate) use memory::{MemoryStore, NewExecution, Start};
pub(crate) use state_machine::{Revision, Settings, StateMachine};
