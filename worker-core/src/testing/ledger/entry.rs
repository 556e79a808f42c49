//! What one task went through: `Entry`.

use std::fmt::Write as _;
use std::time::Duration;

use tokio::time::Instant;

use super::super::operation::Operation;
use super::violation::Violation;
use crate::name::ActivityName;
use crate::token::TaskToken;

/// What one task went through since a poll brought it.
#[derive(Debug)]
pub(super) struct Entry {
    number: usize,
    activity: ActivityName,
    token: TaskToken,
    received: Instant,
    /// When the service closed it by itself, as far as is known.
    closed: Option<Instant>,
    calls: Vec<Call>,
    pub(super) in_flight: usize,
}

/// A call for a task, from its beginning to its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) operation: Operation,
    pub(super) from: Instant,
    pub(super) to: Instant,
    /// Whether the service carried it out.
    pub(super) taken: bool,
    pub(super) told: Told,
    /// Whether another call for the task was in flight when it began.
    pub(super) overlaps: bool,
}

/// What the worker was told at the end of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Taken,
    Gone,
    /// Any other error.
    Failed,
    /// Nothing: the worker dropped the call.
    Dropped,
}

impl Entry {
    pub(super) fn new(number: usize, activity: ActivityName, token: TaskToken) -> Self {
        Self {
            number,
            activity,
            token,
            received: Instant::now(),
            closed: None,
            calls: Vec::new(),
            in_flight: 0,
        }
    }

    pub(super) fn close(&mut self, at: Instant) {
        self.closed.get_or_insert(at);
    }

    pub(super) fn add(&mut self, call: Call) {
        if call.told == Told::Gone && self.answered().is_none() {
            self.close(call.to);
        }
        self.calls.push(call);
    }

    /// When the service took an answer.
    pub(super) fn answered(&self) -> Option<Instant> {
        let mut answers = self.calls.iter().filter(|call| call.answers());
        answers.next().map(|call| call.to)
    }

    /// When the service closed it by itself.
    pub(super) fn closed(&self) -> Option<Instant> {
        self.closed
    }

    pub(super) fn lost(&self) -> Option<Violation> {
        let lost = self.answered().is_none() && self.closed.is_none();
        lost.then(|| self.violation("is lost: neither answered nor closed by the service"))
    }

    pub(super) fn answered_twice(&self) -> Vec<Violation> {
        let taken = self.calls.iter().filter(|call| call.answers()).count();
        let mut found = Vec::new();
        if taken > 1 {
            found.push(self.violation(format!("was answered {taken} times")));
        }
        let known = |call: &Call| call.answers() && call.told == Told::Taken;
        let again = self.calls_after(known, |call| call.operation.is_report());
        found.extend(again.map(|call| {
            self.violation(format!(
                "was answered again at {} although the worker knew",
                self.clock(call.from)
            ))
        }));
        found
    }

    pub(super) fn after_gone(&self) -> Vec<Violation> {
        let known =
            |call: &Call| call.told == Told::Gone || (call.answers() && call.told == Told::Taken);
        let calls = self.calls_after(known, |_| true);
        let found = calls.map(|call| {
            self.violation(format!(
                "was closed, as the worker knew, when it sent {} at {}",
                call.operation,
                self.clock(call.from)
            ))
        });
        found.collect()
    }

    pub(super) fn overlapping(&self) -> Vec<Violation> {
        let overlapping = self.calls.iter().filter(|call| call.overlaps);
        let found = overlapping.map(|call| {
            self.violation(format!(
                "had a call in flight when {} was sent at {}",
                call.operation,
                self.clock(call.from)
            ))
        });
        found.collect()
    }

    pub(super) fn late_heartbeats(&self, limit: Duration) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut last = self.received;
        let mut in_vain = 0;
        let mut note = |last: Instant, next: Instant, in_vain: usize| {
            if next.saturating_duration_since(last) >= limit {
                let gap = next - last;
                found.push(self.violation(format!(
                    "was without a heartbeat for {gap:?} from {}, with {in_vain} calls in vain",
                    self.clock(last)
                )));
            }
        };
        let end = self.end();
        for call in self.calls.iter().filter(|call| call.to <= end) {
            if !call.taken {
                in_vain += 1;
                continue;
            }
            note(last, call.to, in_vain);
            (last, in_vain) = (call.to, 0);
        }
        if self.answered().is_none() {
            note(last, end, in_vain);
        }
        found
    }

    pub(super) fn silences(&self, limit: Duration) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut last = self.received;
        let end = self.end();
        let next = self.calls.iter().map(|call| (call.from, call.to));
        for (from, to) in next.chain([(end, end)]) {
            if last >= end {
                break;
            }
            let from = from.min(end);
            if from.saturating_duration_since(last) >= limit {
                let gap = from - last;
                let from = self.clock(last);
                found.push(self.violation(format!("heard nothing for {gap:?} from {from}")));
            }
            last = last.max(to);
        }
        found
    }

    /// Everything that happened, a line each.
    pub(super) fn story(&self) -> String {
        let mut text = String::from("    +0.000s received");
        for call in &self.calls {
            let told = match call.told {
                Told::Taken => "taken",
                Told::Gone => "gone",
                Told::Failed if call.taken => "taken, but the worker was not told",
                Told::Failed => "failed",
                Told::Dropped => "dropped by the worker",
            };
            let _infallible = write!(
                text,
                "\n    {} {} {} {told}",
                self.clock(call.from),
                call.operation,
                self.clock(call.to)
            );
        }
        if let Some(closed) = self.closed {
            let _infallible = write!(text, "\n    {} closed by the service", self.clock(closed));
        }
        text
    }

    /// Until when the task has to be kept alive.
    fn end(&self) -> Instant {
        let settled = [self.answered(), self.closed].into_iter().flatten().min();
        settled.unwrap_or_else(Instant::now)
    }

    /// The calls that began after the end of the first one that is `known`, and are `wrong` then.
    fn calls_after(
        &self,
        known: impl Fn(&Call) -> bool,
        wrong: impl Fn(&Call) -> bool,
    ) -> impl Iterator<Item = &Call> {
        // In the order of their ends: what a later call was told was not known to this one.
        let place = self.calls.iter().position(known);
        let settled = place.map(|place| self.calls[place].to);
        let later = self.calls.iter().skip(place.map_or(0, |place| place + 1));
        later.filter(move |call| settled.is_some_and(|settled| call.from >= settled) && wrong(call))
    }

    fn violation(&self, what: impl Into<String>) -> Violation {
        Violation::new(self.number, &self.activity, &self.token, what)
    }

    fn clock(&self, at: Instant) -> String {
        let since = at.saturating_duration_since(self.received);
        format!("+{:.3}s", since.as_secs_f64())
    }
}

impl Call {
    /// Whether the service took it as the answer to the task.
    fn answers(&self) -> bool {
        self.taken && self.operation.is_report()
    }
}
