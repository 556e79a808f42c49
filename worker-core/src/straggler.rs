//! Blocking handlers that were given up and still run: `Straggler`.
//!
//! A thread cannot be stopped from outside. A blocking handler that ignores its cancellation is
//! reported without it, listed here, and gone from the list when it ends after all.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::context::CancelReason;
use crate::name::ActivityName;

/// A blocking handler that was given up and still runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Straggler {
    /// The activity whose handler it is.
    pub activity: ActivityName,
    /// The fingerprint of the task's token, as the log shows it.
    pub task: String,
    /// Why the handler was told to stop.
    pub reason: CancelReason,
    /// Since when it is given up.
    pub since: Instant,
}

/// The stragglers of a worker; clones share the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stragglers {
    list: Arc<Mutex<List>>,
}

#[derive(Debug, Default)]
struct List {
    next: u64,
    stragglers: BTreeMap<u64, Straggler>,
}

/// How many threads the handler of one task blocks, and what is to be done when it is none.
#[derive(Default)]
pub(crate) struct Threads {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    busy: usize,
    when_free: Option<Box<dyn FnOnce() + Send>>,
}

impl Stragglers {
    /// Those that still run.
    pub(crate) fn all(&self) -> Vec<Straggler> {
        self.lock().stragglers.values().cloned().collect()
    }

    /// Lists the handler of a task until its threads are free, and gives back what it held;
    /// unless `most` of its activity are listed already: then it goes on to hold it until they
    /// are.
    pub(crate) fn add<T: Send + 'static>(
        &self,
        straggler: Straggler,
        threads: &Threads,
        held: T,
        most: usize,
    ) -> Option<T> {
        let mut list = self.lock();
        let others = list.stragglers.values();
        let others = others.filter(|other| other.activity == straggler.activity);
        let (freed, kept) = if others.count() < most {
            (Some(held), None)
        } else {
            (None, Some(held))
        };
        let number = list.next;
        list.next += 1;
        let (activity, task, since) = (
            straggler.activity.clone(),
            straggler.task.clone(),
            straggler.since,
        );
        list.stragglers.insert(number, straggler);
        drop(list);
        let stragglers = self.clone();
        threads.when_free(move || {
            stragglers.lock().stragglers.remove(&number);
            tracing::info!(%activity, task, after = ?since.elapsed(), "a handler that was given up has ended");
            drop(kept);
        });
        freed
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Threads {
    /// Whether the handler blocks a thread at the moment.
    pub(crate) fn are_busy(&self) -> bool {
        self.lock().busy > 0
    }

    /// Notes that the handler gets a thread.
    pub(crate) fn taken(&self) {
        self.lock().busy += 1;
    }

    /// Notes that a thread of the handler is free again.
    pub(crate) fn freed(&self) {
        let mut state = self.lock();
        state.busy = state.busy.saturating_sub(1);
        let when_free = (state.busy == 0).then(|| state.when_free.take()).flatten();
        drop(state);
        if let Some(when_free) = when_free {
            when_free();
        }
    }

    /// Does something when no thread is busy, at once if none is.
    fn when_free(&self, action: impl FnOnce() + Send + 'static) {
        let mut state = self.lock();
        if state.busy > 0 {
            state.when_free = Some(Box::new(action));
        } else {
            drop(state);
            action();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Threads")
            .field("busy", &self.lock().busy)
            .finish()
    }
}
