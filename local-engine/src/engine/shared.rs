//! What all handles of an engine share, each part behind its own lock.
//!
//! Locks are taken in this order and never held across an await: the store, an execution, the
//! activities, the timers; the list of map runs, and a map run, come last of all. At most one
//! execution is locked at a time. Whoever holds its
//! lock decides what happens to it, so a report, a time-out and a stop of the same task come
//! one after the other and the later ones find it closed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::calls::{Calls, Providers};
use super::clock::Clock;
use super::counters::Counters;
use super::retention::Retention;
use super::timers::{TimerKey, Timers};
use crate::activities::{Activities, Expiry, Serial};
use crate::arn::Place;
use crate::machine::Event;
use crate::objects::ObjectStore;
use crate::seal::{Purpose, Seal};
use crate::store::{Execution, MapRun, MapRuns, MemoryStore};

/// The engine itself.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Itself, for what outlives a call.
    pub(super) me: Weak<Self>,
    pub(super) providers: Providers,
    pub(super) calls: Calls,
    /// Whether callers may look at Express executions.
    pub(super) express_history: bool,
    pub(super) retention: Retention,
    pub(super) clock: Clock,
    pub(super) place: Place,
    seal: Seal,
    pub(super) counters: watch::Sender<Counters>,
    activities: Mutex<Activities<Arc<Execution>>>,
    store: Mutex<MemoryStore>,
    map_runs: Mutex<MapRuns>,
    /// Tells the conductors of a new map run.
    pub(super) map_run_opened: UnboundedSender<Arc<MapRun>>,
    /// What distributed Maps read and write.
    pub(super) objects: Arc<dyn ObjectStore>,
    timers: Mutex<Timers>,
    /// Tells the timer task that there is an earlier timer.
    timers_changed: Arc<Notify>,
    /// Cancelled when polls are no longer to be held.
    pub(super) polls_closed: CancellationToken,
}

impl Shared {
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of an engine, put together in one place only"
    )]
    pub(super) fn new(
        me: Weak<Self>,
        place: Place,
        seal: Seal,
        activities: Activities<Arc<Execution>>,
        timers_changed: Arc<Notify>,
        map_run_opened: UnboundedSender<Arc<MapRun>>,
        objects: Arc<dyn ObjectStore>,
        providers: Providers,
        calls: Calls,
        express_history: bool,
        retention: Retention,
    ) -> Self {
        Self {
            me,
            providers,
            calls,
            express_history,
            retention,
            clock: Clock::start(),
            place,
            seal,
            counters: watch::Sender::new(Counters::default()),
            activities: Mutex::new(activities),
            store: Mutex::default(),
            map_runs: Mutex::default(),
            map_run_opened,
            objects,
            timers: Mutex::default(),
            timers_changed,
            polls_closed: CancellationToken::new(),
        }
    }

    pub(super) fn activities(&self) -> MutexGuard<'_, Activities<Arc<Execution>>> {
        lock(&self.activities)
    }

    pub(super) fn store(&self) -> MutexGuard<'_, MemoryStore> {
        lock(&self.store)
    }

    pub(super) fn map_runs(&self) -> MutexGuard<'_, MapRuns> {
        lock(&self.map_runs)
    }

    /// Seals a text of this engine's own.
    pub(crate) fn seal(&self, purpose: Purpose, body: &[u8]) -> String {
        self.seal.close(purpose, body)
    }

    /// Opens a text that this engine sealed.
    pub(crate) fn unseal(&self, purpose: Purpose, text: &str) -> Option<Vec<u8>> {
        self.seal.open(purpose, text)
    }

    pub(super) fn arm(&self, at: Timestamp, key: TimerKey, execution: &Arc<Execution>) {
        if lock(&self.timers).arm(at, key, execution) {
            self.timers_changed.notify_one();
        }
    }

    pub(super) fn cancel(&self, at: Timestamp, key: TimerKey) {
        lock(&self.timers).cancel(at, key);
    }

    /// When the first timer fires.
    pub(super) fn next_timer(&self) -> Option<Instant> {
        let next = lock(&self.timers).next();
        next.map(|at| self.clock.instant(at))
    }

    /// Fires the first timer, if its time has come.
    pub(super) fn fire_next(&self) -> bool {
        let due = lock(&self.timers).due(self.clock.now());
        let Some((key, execution)) = due else {
            return false;
        };
        match key {
            TimerKey::Task(serial) => self.look_at_clocks(serial, &execution),
            TimerKey::Machine { timer, .. } => {
                let mut delivery = self.delivery(&execution);
                // A timer that was cancelled in the meantime is not the machine's any more.
                if delivery.forget_timer(timer) {
                    delivery.deliver(Event::TimerFired { timer });
                }
            }
        }
        true
    }

    fn look_at_clocks(&self, serial: Serial, execution: &Arc<Execution>) {
        let mut delivery = self.delivery(execution);
        let expiry = self.activities().expire(serial, self.clock.now());
        match expiry {
            Expiry::Over => {}
            Expiry::Later(at) => self.arm(at, TimerKey::Task(serial), execution),
            Expiry::Expired { task, clock } => {
                delivery.forget_task(task);
                delivery.break_off(task);
                delivery.deliver(Event::TaskTimedOut { task, clock });
            }
        }
    }
}

/// Takes a lock. A panic elsewhere while it was held does not make what it guards unreadable:
/// everything behind these locks is valid between any two calls.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
