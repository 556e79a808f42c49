//! The configuration of a worker, already valid: limits, intervals, names.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::erased::HandlerService;
use super::heartbeat::Place;
use crate::description::Description;
use crate::envelope::Format;
use crate::name::{ActivityArn, ActivityName, WorkerName};
use crate::platform::window::StopWindow;
use crate::rate::Rate;
use crate::state::States;

/// What the whole worker needs to know.
#[derive(Debug, Clone)]
pub(crate) struct WorkerConfig {
    pub(crate) name: WorkerName,
    /// How many tasks the worker holds at a time, over all activities.
    pub(crate) slots: usize,
    /// How often a task is kept alive whose activity does not say it.
    pub(crate) heartbeat: Duration,
    /// Heartbeats a second at the most.
    pub(crate) heartbeat_budget: u32,
    pub(crate) heartbeats: Place,
    pub(crate) grace: Duration,
    pub(crate) stop_window: StopWindow,
    pub(crate) cancel_grace: Duration,
    pub(crate) create_missing: bool,
    pub(crate) naming: Naming,
    /// How inputs are taken out of their envelopes.
    pub(crate) format: Format,
    /// The types of the layers around every handler, by their names.
    pub(crate) layers: Vec<&'static str>,
    /// What handlers share.
    pub(crate) states: States,
    pub(crate) activities: Vec<ActivityConfig>,
}

/// What one activity needs to know.
#[derive(Debug, Clone)]
pub(crate) struct ActivityConfig {
    pub(crate) name: ActivityName,
    /// Looked up or created at the start where it is not known.
    pub(crate) arn: Option<ActivityArn>,
    pub(crate) handler: HandlerService,
    /// Where it is said; otherwise it follows from the heartbeat time-out, or is the worker's.
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) heartbeat_timeout: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) stall_after: Option<Duration>,
    pub(crate) rate: Option<Rate>,
    pub(crate) concurrency: usize,
    /// How many tasks may wait in the worker for one that runs to end.
    pub(crate) prefetch: usize,
    /// Between which numbers the open polls move.
    pub(crate) polls: RangeInclusive<usize>,
    /// What it says about itself.
    pub(crate) description: Description,
    /// Whether it was found in the program rather than given.
    pub(crate) found: bool,
}

/// How failures are written down for the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Naming {
    /// Whether the predefined `States.*` codes are sent, or their `Worker.*` twins.
    pub(crate) reserved: bool,
    /// Whether causes are JSON documents.
    pub(crate) cause_json: bool,
}
