//! What the endpoint is told, and what it has seen.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How the endpoint behaves.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Conditions {
    /// Half of it passes before a request is looked at, half before its answer leaves.
    pub(crate) round_trip: Duration,
    /// Keeps the endpoint awake: who wakes a sleeping process pays for it.
    pub(crate) busy: bool,
    pub(crate) faults: Faults,
}

/// What goes wrong, in percent of the calls.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Faults {
    /// Answered with HTTP 500, of all calls.
    pub(crate) errors: u32,
    /// Answered with `ThrottlingException`, of the reports: throttled polls make a worker poll
    /// less, and the run would measure that.
    pub(crate) throttled: u32,
    /// Carried out and never answered, of the reports.
    pub(crate) lost: u32,
}

/// What the endpoint is told while it runs; it answers each order with a [`Status`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Order {
    /// There is a task for every poll.
    Flood,
    /// So many tasks, at once.
    Batch(u64),
    /// So many tasks a second on average, at random times.
    Paced { per_second: u32, seed: u64 },
    /// No more tasks, also not those that wait; the answer tells the percentiles.
    Calm,
    /// Nothing new.
    Status,
}

/// What the endpoint has seen.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Status {
    /// When this was true.
    pub(crate) now: Duration,
    /// Polls that wait for a task at this moment.
    pub(crate) polls_open: u64,
    /// Polls that came.
    pub(crate) polls: u64,
    /// Tasks handed to a poll.
    pub(crate) handed: u64,
    /// Tasks of which a report was accepted.
    pub(crate) answered: u64,
    /// When the last report came, accepted or not.
    pub(crate) last_report: Duration,
    /// Reports of tasks whose report had been accepted and confirmed.
    pub(crate) doubled: u64,
    /// Heartbeats accepted.
    pub(crate) beats: u64,
    /// The longest time in which an open task was not heard of.
    pub(crate) worst_gap: Duration,
    /// From arrival to the accepted report: median and 99th percentile; known when it is calm.
    pub(crate) completion: [Duration; 2],
    /// Connections that are open, were open at the same time at most, and have sent heartbeats.
    pub(crate) connections: u64,
    pub(crate) most_connections: u64,
    pub(crate) beat_connections: u64,
    /// Requests that the service would not understand.
    pub(crate) bad_requests: u64,
}
