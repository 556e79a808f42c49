//! Every timer of an engine in one order, and the task that fires them.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::sleep_until;

use super::shared::Shared;
use crate::activities::Serial;
use crate::machine::TimerId;
use crate::store::Execution;

/// How many timers are fired before others get their turn on the runtime.
const BATCH: usize = 64;

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TimerKey {
    /// The clocks of an activity task.
    Task(Serial),
    /// A timer of a machine.
    Machine {
        /// The number of the execution.
        execution: u64,
        /// The timer as the machine knows it.
        timer: TimerId,
    },
}

/// The timers that have not fired, by time.
#[derive(Debug, Default)]
pub(crate) struct Timers(BTreeMap<(Timestamp, TimerKey), Arc<Execution>>);

impl Timers {
    /// Adds a timer. Returns whether it is now the first.
    pub(crate) fn arm(&mut self, at: Timestamp, key: TimerKey, execution: &Arc<Execution>) -> bool {
        self.0.insert((at, key), Arc::clone(execution));
        self.0
            .first_key_value()
            .is_some_and(|(first, _)| *first == (at, key))
    }

    pub(crate) fn cancel(&mut self, at: Timestamp, key: TimerKey) {
        self.0.remove(&(at, key));
    }

    /// When the first timer fires.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.0.first_key_value().map(|(&(at, _), _)| at)
    }

    /// Takes the first timer, if its time has come.
    pub(crate) fn due(&mut self, now: Timestamp) -> Option<(TimerKey, Arc<Execution>)> {
        let first = self.0.first_entry()?;
        if first.key().0 > now {
            return None;
        }
        let ((_, key), execution) = first.remove_entry();
        Some((key, execution))
    }
}

/// Fires timers until the engine is gone. The engine's handles own this task.
pub(crate) async fn drive(engine: Weak<Shared>, changed: Arc<Notify>) {
    loop {
        let Some(shared) = engine.upgrade() else {
            return;
        };
        let mut fired = 0;
        while fired < BATCH && shared.fire_next() {
            fired += 1;
        }
        let next = shared.next_timer();
        drop(shared);
        if fired == BATCH {
            tokio::task::yield_now().await;
            continue;
        }
        match next {
            None => changed.notified().await,
            Some(at) => {
                tokio::select! {
                    () = sleep_until(at) => {}
                    () = changed.notified() => {}
                }
            }
        }
    }
}
