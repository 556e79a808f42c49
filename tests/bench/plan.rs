//! What a contender is told, and what it reports.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::machine::Usage;

/// The activity that everybody polls.
pub(crate) const ARN: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

/// Who is measured, and how it is set up.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Setup {
    pub(crate) port: u16,
    pub(crate) kind: Kind,
    pub(crate) slots: usize,
    /// The open polls of the worker, if they are not left to it.
    pub(crate) polls: Option<(usize, usize)>,
    /// How many tasks may wait in the worker.
    pub(crate) prefetch: usize,
    /// How long a handler takes.
    pub(crate) handler: Duration,
    pub(crate) heartbeat: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// Loops of poll, handle, report on one client with the SDK's defaults.
    Loop,
    /// The same loops on the worker's adapter.
    Adapter,
    /// The worker with its defaults, and with spans on.
    Worker,
    /// The worker over a service that is in its own process.
    InProcess,
}

/// What a contender says when it is asked, and when it is told to stop.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) usage: Usage,
    /// From the arrival of a task to the start of its handler: median and 99th percentile.
    pub(crate) pickup: [Duration; 2],
    /// Tasks that it believes delivered; known at the end.
    pub(crate) delivered: u64,
}

/// Median and 99th percentile.
pub(crate) fn percentiles<T: Copy + Default + Ord>(times: &mut [T]) -> [T; 2] {
    times.sort_unstable();
    let at = |percent: usize| {
        let last = times.len().checked_sub(1)?;
        times.get((times.len() * percent / 100).min(last)).copied()
    };
    [at(50), at(99)].map(Option::unwrap_or_default)
}
