//! A state machine and its revisions.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::execution::Execution;
use crate::arn::StateMachineArn;
use crate::asl::{Definition, MachineType};
use crate::resource::{Encryption, Tags};

/// A state machine as it is now.
#[derive(Debug)]
pub(crate) struct StateMachine {
    pub(crate) arn: StateMachineArn,
    pub(crate) name: Arc<str>,
    pub(crate) kind: MachineType,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    /// What a new execution runs.
    pub(crate) current: Arc<Revision>,
    /// Its executions that are still known, in the order of their starts.
    pub(crate) executions: VecDeque<Arc<Execution>>,
}

/// One state of a state machine's settings. Executions keep the one that they began with.
#[derive(Debug)]
pub(crate) struct Revision {
    /// Nothing for the first one, which the service does not name.
    pub(crate) id: Option<Uuid>,
    pub(crate) updated: Timestamp,
    pub(crate) definition: Arc<Definition>,
    pub(crate) settings: Settings,
}

/// What the caller says about a state machine, as text and values of the protocol.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settings {
    pub(crate) definition: Arc<str>,
    pub(crate) role_arn: Arc<str>,
    /// `loggingConfiguration` with its defaults; shown, not acted on.
    pub(crate) logging: Value,
    /// `tracingConfiguration.enabled`; shown, not acted on.
    pub(crate) tracing: bool,
    pub(crate) encryption: Encryption,
}
