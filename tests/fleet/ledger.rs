//! What the account has seen, second by second and in the phase under way.

use std::time::Duration;

use tokio::time::Instant;

/// Counts of calls, and how long tasks have waited.
#[derive(Debug)]
pub(crate) struct Ledger {
    begun: Instant,
    /// Polls taken and polls throttled, in each second of the phase.
    pub(crate) seconds: Vec<Calls>,
    pub(crate) too_many: u32,
    pub(crate) reports_refused: u32,
    /// From the schedule of each task to its arrival in a worker.
    pub(crate) waits: Vec<Duration>,
    last_pick_up: Option<Instant>,
    tasks: u32,
}

/// Polls in one second.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Calls {
    pub(crate) accepted: u32,
    pub(crate) refused: u32,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self {
            begun: Instant::now(),
            seconds: Vec::new(),
            too_many: 0,
            reports_refused: 0,
            waits: Vec::new(),
            last_pick_up: None,
            tasks: 0,
        }
    }

    /// Forgets what was before this phase.
    pub(crate) fn begin_phase(&mut self) {
        *self = Self {
            tasks: self.tasks,
            ..Self::new()
        };
    }

    pub(crate) fn accepted(&mut self) {
        self.second().accepted += 1;
    }

    pub(crate) fn refused(&mut self) {
        self.second().refused += 1;
    }

    pub(crate) fn too_many(&mut self) {
        self.accepted();
        self.too_many += 1;
    }

    pub(crate) fn report_refused(&mut self) {
        self.reports_refused += 1;
    }

    /// A worker has a task; returns its number.
    pub(crate) fn picked_up(&mut self, wait: Duration) -> u32 {
        self.waits.push(wait);
        self.last_pick_up = Some(Instant::now());
        self.tasks += 1;
        self.tasks
    }

    /// From the begin of the phase to the last task that a worker got.
    pub(crate) fn until_last_pick_up(&self) -> Duration {
        self.last_pick_up
            .map_or(Duration::ZERO, |at| at - self.begun)
    }

    fn second(&mut self) -> &mut Calls {
        let second = usize::try_from(self.begun.elapsed().as_secs()).unwrap_or(usize::MAX);
        if self.seconds.len() <= second {
            self.seconds.resize(second + 1, Calls::default());
        }
        &mut self.seconds[second]
    }
}
