//! Calls while they are open: guards that note how they ended, also when they are dropped.

use tokio::time::Instant;

use super::super::operation::Operation;
use super::Ledger;
use super::entry::{Call, Told};
use crate::service::{Disposition, ServiceError};
use crate::token::TaskToken;

/// A call for a task while it is in flight.
pub(in super::super) struct OpenCall<'a> {
    ledger: &'a Ledger,
    token: &'a TaskToken,
    operation: Operation,
    from: Instant,
    overlaps: bool,
    taken: bool,
    told: Told,
}

/// A poll while it is open.
pub(in super::super) struct OpenPoll<'a> {
    ledger: &'a Ledger,
    answered: bool,
}

impl<'a> OpenCall<'a> {
    pub(in super::super) fn begin(
        ledger: &'a Ledger,
        operation: Operation,
        token: &'a TaskToken,
    ) -> Self {
        ledger.called(operation);
        let mut overlaps = false;
        if let Some(entry) = ledger.lock().entry_mut(token) {
            overlaps = entry.in_flight > 0;
            entry.in_flight += 1;
        }
        Self {
            ledger,
            token,
            operation,
            from: Instant::now(),
            overlaps,
            taken: false,
            told: Told::Dropped,
        }
    }

    /// The service carried it out.
    pub(in super::super) fn taken(&mut self) {
        self.taken = true;
    }

    /// The worker is told this.
    pub(in super::super) fn told(&mut self, answer: &Result<(), ServiceError>) {
        self.told = match answer {
            Ok(()) => Told::Taken,
            Err(error) if error.disposition() == Disposition::Gone => Told::Gone,
            Err(_) => Told::Failed,
        };
    }
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.ledger.lock().entry_mut(self.token) {
            entry.in_flight -= 1;
            entry.add(Call {
                operation: self.operation,
                from: self.from,
                to: Instant::now(),
                taken: self.taken,
                told: self.told,
                overlaps: self.overlaps,
            });
        }
        self.ledger.notify();
    }
}

impl<'a> OpenPoll<'a> {
    pub(in super::super) fn begin(ledger: &'a Ledger) -> Self {
        ledger.called(Operation::Poll);
        let mut state = ledger.lock();
        state.open_polls += 1;
        state.most_open_polls = state.most_open_polls.max(state.open_polls);
        drop(state);
        ledger.notify();
        Self {
            ledger,
            answered: false,
        }
    }

    /// It is answered, well or badly.
    pub(in super::super) fn answered(&mut self) {
        self.answered = true;
    }
}

impl Drop for OpenPoll<'_> {
    fn drop(&mut self) {
        let mut state = self.ledger.lock();
        state.open_polls -= 1;
        state.dropped_polls += usize::from(!self.answered);
        drop(state);
        self.ledger.notify();
    }
}
