//! What the scripted service counts while a call lasts, however it ends.

use super::Shared;
use crate::token::TaskToken;

/// Counts a poll while it is open.
pub(super) struct OpenPoll<'a> {
    shared: &'a Shared,
    /// Whether the service answered; a poll that ends otherwise was dropped.
    pub(super) answered: bool,
}

impl<'a> OpenPoll<'a> {
    pub(super) fn enter(shared: &'a Shared) -> Self {
        let mut state = shared.lock();
        state.open_polls += 1;
        state.most_open_polls = state.most_open_polls.max(state.open_polls);
        drop(state);
        shared.changed.notify_waiters();
        Self {
            shared,
            answered: false,
        }
    }
}

impl Drop for OpenPoll<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.open_polls -= 1;
        state.dropped_polls += usize::from(!self.answered);
        drop(state);
        self.shared.changed.notify_waiters();
    }
}

/// Counts the calls for a token while they are in flight.
pub(super) struct InFlight<'a> {
    shared: &'a Shared,
    token: &'a TaskToken,
}

impl<'a> InFlight<'a> {
    pub(super) fn enter(shared: &'a Shared, token: &'a TaskToken) -> Self {
        let mut state = shared.lock();
        let record = state.tasks.entry(token.expose().to_owned()).or_default();
        record.in_flight += 1;
        if record.in_flight > 1 {
            state.overlapping_calls += 1;
        }
        drop(state);
        Self { shared, token }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(record) = self.shared.lock().tasks.get_mut(self.token.expose()) {
            record.in_flight -= 1;
        }
    }
}
