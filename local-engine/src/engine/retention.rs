//! Which closed executions are still known.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::Execution;

/// The closed executions in the order of their ends, if there is a limit to their number.
#[derive(Debug, Default)]
pub(crate) struct Retention {
    limit: Option<usize>,
    closed: Mutex<VecDeque<Arc<Execution>>>,
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
        if self.limit.is_some() {
            self.lock().push_back(Arc::clone(execution));
        }
    }

    /// Takes those above the limit, which ended before the others.
    pub(crate) fn excess(&self) -> Vec<Arc<Execution>> {
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
