//! All tasks that are kept alive, in the order in which something is due for them.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::budget::Budget;
use super::entry::Entry;
use crate::service::{Disposition, ServiceError};
use crate::token::TaskToken;

/// The tasks of a worker that are kept alive.
pub(super) struct Board {
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    /// Boxed: an entry moves as seldom as it can.
    entries: HashMap<u64, Box<Entry>, BuildHasherDefault<IdHasher>>,
    beats: BTreeSet<(Instant, u64)>,
    timers: BTreeSet<(Instant, u64)>,
    budget: Budget,
    /// Until when the schedule sleeps; it must be woken for what is due earlier.
    sleeps_until: Option<Instant>,
    /// Whether it was said already that the budget is too small.
    told: bool,
    next_id: u64,
    /// Nothing is added any more: it is over when nothing is left.
    closed: bool,
    /// It is over, whatever is left.
    ended: bool,
}

/// What is to be done next.
pub(super) enum Next {
    /// A heartbeat is to be sent.
    Beat(Beat),
    /// Nothing before this time.
    At(Instant),
    /// Nothing, as things are.
    Nothing,
    /// Nothing ever more.
    Over,
}

/// When something is due for a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Due {
    beat: Option<Instant>,
    timer: Option<Instant>,
}

/// Spreads numbers that follow one another; nobody chooses them, so nobody can make them collide.
#[derive(Debug, Default)]
struct IdHasher(u64);

/// A heartbeat that is being sent; settled on drop if it was not before.
pub(super) struct Beat {
    board: Arc<Board>,
    id: u64,
    pub(super) token: TaskToken,
    /// Notified when the run wants the turn at once.
    pub(super) recalled: Arc<Notify>,
}

impl Board {
    pub(super) fn new(per_second: u32) -> Self {
        let state = State {
            entries: HashMap::default(),
            beats: BTreeSet::new(),
            timers: BTreeSet::new(),
            budget: Budget::new(per_second),
            sleeps_until: None,
            told: false,
            next_id: 0,
            closed: false,
            ended: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    pub(super) fn add(&self, entry: Entry) -> u64 {
        let mut state = self.lock();
        let id = state.next_id;
        state.next_id += 1;
        let due = Due::of(&entry);
        state.entries.insert(id, Box::new(entry));
        state.list(id, due);
        let wake = state.is_news(due.earliest());
        drop(state);
        self.wake(wake);
        id
    }

    pub(super) fn remove(&self, id: u64) {
        let mut state = self.lock();
        state.remove(id);
        let wake = state.closed && state.entries.is_empty();
        drop(state);
        self.wake(wake);
    }

    /// Changes a task that is still on the board.
    pub(super) fn change<T>(&self, id: u64, change: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        let mut state = self.lock();
        let (result, due) = state.change(id, change)?;
        let wake = state.is_news(due.earliest());
        drop(state);
        self.wake(wake);
        Some(result)
    }

    /// Ends the schedule when no task is left.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.wake(true);
    }

    /// Ends the schedule: what is left was given up.
    pub(super) fn end(&self) {
        self.lock().ended = true;
        self.wake(true);
    }

    /// Waits until something was put on the board that the schedule does not know of.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What is to be done now; without heartbeats when as many are in flight as may be.
    pub(super) fn next(self: &Arc<Self>, now: Instant, may_beat: bool) -> Next {
        let mut state = self.lock();
        if state.ended || (state.closed && state.entries.is_empty()) {
            return Next::Over;
        }
        while let Some(&(at, id)) = state.timers.first()
            && at <= now
        {
            state.change(id, |entry| entry.tick(now));
        }
        let timer = state.timers.first().map(|(at, _)| *at);
        let Some(&(due, id)) = state.beats.first().filter(|_| may_beat) else {
            state.sleeps_until = timer;
            return match timer {
                Some(at) => Next::At(at),
                None => Next::Nothing,
            };
        };
        let allowed = if due > now {
            Err(due)
        } else {
            state.budget.take(now)
        };
        if let Err(at) = allowed {
            let at = timer.map_or(at, |timer| timer.min(at));
            state.sleeps_until = Some(at);
            return Next::At(at);
        }
        state.tell_if_late(due, now);
        let beat = state.change(id, |entry| Beat {
            board: Arc::clone(self),
            id,
            token: entry.token.clone(),
            recalled: entry.beating(now),
        });
        match beat {
            Some((beat, _)) => Next::Beat(beat),
            None => Next::At(now),
        }
    }

    /// Notes how a heartbeat was answered; `None` when it was called back.
    pub(super) fn settle(
        &self,
        beat: &Beat,
        answer: Option<Result<(), ServiceError>>,
        now: Instant,
    ) {
        self.settle_id(beat.id, answer, now);
    }

    fn settle_id(&self, id: u64, answer: Option<Result<(), ServiceError>>, now: Instant) {
        let gone = self.change(id, |entry| {
            entry.is_beating().then(|| entry.settle(answer, now))
        });
        if gone == Some(Some(true)) {
            self.remove(id);
        }
    }

    fn wake(&self, wake: bool) {
        if wake {
            self.changed.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Due {
    fn of(entry: &Entry) -> Self {
        Self {
            beat: entry.beat_at(),
            timer: entry.timer_at(),
        }
    }

    fn earliest(self) -> Option<Instant> {
        [self.beat, self.timer].into_iter().flatten().min()
    }
}

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, id: u64) {
        // An odd number without a pattern: the upper bits, which the map looks at, change too.
        self.0 = id.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl State {
    /// Changes a task, and the lists where something else is due for it now.
    fn change<T>(&mut self, id: u64, change: impl FnOnce(&mut Entry) -> T) -> Option<(T, Due)> {
        let entry = self.entries.get_mut(&id)?;
        let before = Due::of(entry);
        let result = change(entry);
        let due = Due::of(entry);
        if due != before {
            self.delist(id, before);
            self.list(id, due);
        }
        Some((result, due))
    }

    fn list(&mut self, id: u64, due: Due) {
        if let Some(at) = due.beat {
            self.beats.insert((at, id));
        }
        if let Some(at) = due.timer {
            self.timers.insert((at, id));
        }
    }

    fn delist(&mut self, id: u64, due: Due) {
        if let Some(at) = due.beat {
            self.beats.remove(&(at, id));
        }
        if let Some(at) = due.timer {
            self.timers.remove(&(at, id));
        }
    }

    fn remove(&mut self, id: u64) {
        if let Some(entry) = self.entries.remove(&id) {
            self.delist(id, Due::of(&entry));
        }
    }

    /// Whether the schedule sleeps too long for what is due then.
    fn is_news(&self, due: Option<Instant>) -> bool {
        due.is_some_and(|due| self.sleeps_until.is_none_or(|until| due < until))
    }

    /// Says once when the budget, or the service, makes heartbeats late.
    fn tell_if_late(&mut self, due: Instant, now: Instant) {
        let late = now - due;
        if late > LATE && !self.told {
            self.told = true;
            let tasks = self.entries.len();
            tracing::warn!(
                ?late,
                tasks,
                "heartbeats are late: they are more than the budget of `heartbeat_budget` or the service takes"
            );
        }
    }
}

/// What is later than this is worth a word.
const LATE: std::time::Duration = std::time::Duration::from_secs(1);

impl Drop for Beat {
    /// Sending it panicked, or the schedule was dropped: the turn must not stay taken.
    fn drop(&mut self) {
        let lost = ServiceError::new(Disposition::Transient, "the heartbeat was not sent")
            .with_unknown_outcome();
        self.board
            .settle_id(self.id, Some(Err(lost)), Instant::now());
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board")
            .field("tasks", &self.lock().entries.len())
            .finish_non_exhaustive()
    }
}
