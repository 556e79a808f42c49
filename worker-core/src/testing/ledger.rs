//! What every task went through: `Ledger`.

mod call;
mod entry;
mod violation;

pub(super) use self::call::{OpenCall, OpenPoll};
pub use self::violation::Violation;

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use self::entry::Entry;
use super::operation::Operation;
use crate::name::ActivityName;
use crate::token::TaskToken;

/// What every task went through that polls gave to the worker: calls, answers, heartbeats.
///
/// Kept by [`Faulty`](super::Faulty) and by the scripted service. Clones are the same ledger.
/// It knows both sides: what the service took, and what the worker was told of it.
#[derive(Clone, Default)]
pub struct Ledger {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    entries: Vec<Entry>,
    places: HashMap<TaskToken, usize>,
    calls: Vec<(Operation, Instant)>,
    open_polls: usize,
    most_open_polls: usize,
    dropped_polls: usize,
    destroyed: usize,
}

impl Ledger {
    /// Tasks that a poll's answer brought to the worker and that were neither answered nor
    /// closed by the service.
    ///
    /// Ask when the worker has ended: before, this includes the tasks in progress.
    #[must_use]
    pub fn lost(&self) -> Vec<Violation> {
        self.entries(|entry| entry.lost().into_iter().collect())
    }

    /// Tasks that the worker reported on again although it knew that they were answered.
    #[must_use]
    pub fn answered_twice(&self) -> Vec<Violation> {
        self.entries(Entry::answered_twice)
    }

    /// Gaps as long as the limit or longer between receipt, heartbeats that the service took,
    /// and the answer.
    #[must_use]
    pub fn late_heartbeats(&self, limit: Duration) -> Vec<Violation> {
        self.entries(|entry| entry.late_heartbeats(limit))
    }

    /// Gaps as long as the limit or longer in which nothing was even tried for a task: unlike
    /// late heartbeats, no fault of the service excuses them.
    #[must_use]
    pub fn silences(&self, limit: Duration) -> Vec<Violation> {
        self.entries(|entry| entry.silences(limit))
    }

    /// Calls that were made for a task while another one for it was in flight.
    #[must_use]
    pub fn overlapping(&self) -> Vec<Violation> {
        self.entries(Entry::overlapping)
    }

    /// Calls that were made for a task although the worker knew that it was closed: the service
    /// had said that it is gone, or had taken the answer.
    #[must_use]
    pub fn after_gone(&self) -> Vec<Violation> {
        self.entries(Entry::after_gone)
    }

    /// How many tasks a fault destroyed before the worker could see them: the answer of the poll
    /// was lost, or the poll was swallowed.
    #[must_use]
    pub fn destroyed_by_faults(&self) -> usize {
        self.lock().destroyed
    }

    /// How many tasks polls brought to the worker.
    #[must_use]
    pub fn received(&self) -> usize {
        self.lock().entries.len()
    }

    /// How many of them were answered.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.count(|entry| entry.answered().is_some())
    }

    /// How many of them the service closed before they were answered.
    #[must_use]
    pub fn closed_by_service(&self) -> usize {
        self.count(|entry| entry.answered().is_none() && entry.closed().is_some())
    }

    /// When calls of an operation were made.
    #[must_use]
    pub fn calls(&self, operation: Operation) -> Vec<Instant> {
        let state = self.lock();
        let made = state.calls.iter().filter(|(made, _)| *made == operation);
        made.map(|(_, at)| *at).collect()
    }

    /// How many polls are open now.
    #[must_use]
    pub fn open_polls(&self) -> usize {
        self.lock().open_polls
    }

    /// How many polls were open at a time at the most.
    #[must_use]
    pub fn most_open_polls(&self) -> usize {
        self.lock().most_open_polls
    }

    /// How many polls the worker dropped before they were answered.
    #[must_use]
    pub fn dropped_polls(&self) -> usize {
        self.lock().dropped_polls
    }

    /// Asserts what must hold under every fault when the worker has ended: no task is lost, none
    /// answered twice, no calls overlap, and nothing is sent for a task that is closed.
    ///
    /// # Panics
    ///
    /// Something of it does not hold; the message tells the whole story of each task concerned.
    #[track_caller]
    pub fn assert_nothing_lost(&self) {
        let questions = [
            self.lost(),
            self.answered_twice(),
            self.overlapping(),
            self.after_gone(),
        ];
        let violations: Vec<Violation> = questions.into_iter().flatten().collect();
        assert!(violations.is_empty(), "{}", self.explain(&violations));
    }

    /// Violations as text, each with the story of its task.
    #[must_use]
    pub fn explain(&self, violations: &[Violation]) -> String {
        let state = self.lock();
        let mut text = format!(
            "{} of {} tasks:",
            if violations.is_empty() {
                "nothing wrong with any"
            } else {
                "something is wrong with some"
            },
            state.entries.len()
        );
        for violation in violations {
            let _infallible = write!(text, "\n- {violation}");
            if let Some(entry) = state.entry(violation.token()) {
                let _infallible = write!(text, "\n{}", entry.story());
            }
        }
        text
    }

    /// Waits until a condition on the ledger holds.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    pub async fn until(&self, condition: impl Fn(&Self) -> bool) {
        loop {
            let changed = self.shared.changed.notified();
            if condition(self) {
                return;
            }
            changed.await;
        }
    }

    /// Completes when something has happened after this call.
    pub(super) fn changed(&self) -> impl Future<Output = ()> {
        self.shared.changed.notified()
    }

    /// Wakes those who wait for something to happen.
    pub(super) fn notify(&self) {
        self.shared.changed.notify_waiters();
    }

    /// Notes a call that speaks of no task.
    pub(super) fn called(&self, operation: Operation) {
        let mut state = self.lock();
        state.calls.push((operation, Instant::now()));
    }

    /// Notes a task that was given to the worker.
    pub(super) fn delivered(&self, token: &TaskToken, activity: &ActivityName) {
        let mut state = self.lock();
        let number = state.entries.len();
        let entry = Entry::new(number, activity.clone(), token.clone());
        state.entries.push(entry);
        state.places.insert(token.clone(), number);
    }

    /// Notes a task that a fault took away before the worker could see it.
    pub(super) fn destroyed(&self) {
        self.lock().destroyed += 1;
    }

    /// Notes that the service closed a task by itself.
    pub(super) fn closed(&self, token: &TaskToken, at: Instant) {
        if let Some(entry) = self.lock().entry_mut(token) {
            entry.close(at);
        }
    }

    fn entries(&self, question: impl FnMut(&Entry) -> Vec<Violation>) -> Vec<Violation> {
        self.lock().entries.iter().flat_map(question).collect()
    }

    fn count(&self, question: impl Fn(&Entry) -> bool) -> usize {
        let state = self.lock();
        state.entries.iter().filter(|entry| question(entry)).count()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        let state = &self.shared.state;
        state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn entry(&self, token: &TaskToken) -> Option<&Entry> {
        self.entries.get(*self.places.get(token)?)
    }

    fn entry_mut(&mut self, token: &TaskToken) -> Option<&mut Entry> {
        self.entries.get_mut(*self.places.get(token)?)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Ledger")
            .field("received", &state.entries.len())
            .field("destroyed", &state.destroyed)
            .field("open_polls", &state.open_polls)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
