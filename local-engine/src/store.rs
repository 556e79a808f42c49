//! Where state machines and executions live.

mod execution;
mod memory;
mod state_machine;

pub(crate) use execution::{End, Execution, OpenCall, Progress};
pub(crate) use memory::{MemoryStore, NewExecution, Start};
pub(crate) use state_machine::{Revision, Settings, StateMachine};
