//! Which closed executions are still known.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::shared::Shared;
use crate::store::Execution;

/// The closed executions in the order of their ends, if there is a limit to their number.
/// Children of map runs are not among them: they go with the execution that has the Map.
#[derive(Debug, Default)]
pub(crate) struct Retention {
    limit: Option<usize>,
    closed: Mutex<VecDeque<Arc<Execution>>>,
}

impl Shared {
    /// The closed executions that are to be forgotten, with their map runs and all below them.
    pub(super) fn forgotten(&self) -> Vec<Arc<Execution>> {
        let mut forgotten = self.retention.excess();
        let mut looked_at = 0;
        while let Some(execution) = forgotten.get(looked_at) {
            let runs = self.map_runs().remove(execution);
            forgotten.extend(runs.iter().flat_map(|run| run.executions()));
            looked_at += 1;
        }
        forgotten
    }
}

impl Retention {
    pub(crate) fn new(limit: Option<usize>) -> Self {
        Self {
            limit,
            closed: Mutex::default(),
        }
    }

    /// Notes that an execution has ended.
    pub(crate) fn note(&self, execution: &Arc<Execution>) {
        if self.limit.is_some() && execution.child_of.is_none() {
            self.lock().push_back(Arc::clone(execution));
        }
    }

    /// Takes those above the limit, which ended before the others.
    fn excess(&self) -> Vec<Arc<Execution>> {
        let Some(limit) = self.limit else {
            return Vec::new();
        };
        let mut closed = self.lock();
        let excess = closed.len().saturating_sub(limit);
        closed.drain(..excess).collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Execution>>> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
