//! The configuration of a worker, already valid: limits, intervals, names.

use std::time::Duration;

use super::erased::HandlerService;
use crate::name::{ActivityArn, ActivityName, WorkerName};
use crate::platform::window::StopWindow;

/// What the whole worker needs to know.
#[derive(Debug, Clone)]
pub(crate) struct WorkerConfig {
    pub(crate) name: WorkerName,
    /// How many tasks the worker holds at a time, over all activities.
    pub(crate) slots: usize,
    pub(crate) grace: Duration,
    pub(crate) stop_window: StopWindow,
    pub(crate) cancel_grace: Duration,
    pub(crate) create_missing: bool,
    pub(crate) naming: Naming,
    pub(crate) activities: Vec<ActivityConfig>,
}

/// What one activity needs to know.
#[derive(Debug, Clone)]
pub(crate) struct ActivityConfig {
    pub(crate) name: ActivityName,
    /// Looked up or created at the start where it is not known.
    pub(crate) arn: Option<ActivityArn>,
    pub(crate) handler: HandlerService,
    pub(crate) heartbeat: Duration,
    pub(crate) timeout: Option<Duration>,
    pub(crate) concurrency: usize,
    pub(crate) polls: usize,
}

/// How failures are written down for the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Naming {
    /// Whether the predefined `States.*` codes are sent, or their `Worker.*` twins.
    pub(crate) reserved: bool,
    /// Whether causes are JSON documents.
    pub(crate) cause_json: bool,
}
