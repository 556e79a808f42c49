//! One task that is kept alive: what is due for it, and when. No I/O and no clock.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::context::{ActivityContext, CancelReason};
use crate::service::{Disposition, ServiceError};
use crate::token::TaskToken;
use crate::worker::backoff::Backoff;

/// What keeping a task alive means.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// How often a heartbeat is sent.
    pub(crate) interval: Duration,
    /// How long the service waits for one, where that is known.
    pub(crate) heartbeat_timeout: Option<Duration>,
    /// When the handler's own time limit passes.
    pub(crate) deadline: Option<Instant>,
    /// How long the handler may show no sign of life.
    pub(crate) stall_after: Option<Duration>,
}

/// One task on the board.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) token: TaskToken,
    context: ActivityContext,
    plan: Plan,
    turn: Turn,
    /// Nothing is sent: the handler was cancelled, and its run has not said yet that it knows.
    quiet: bool,
    /// The next time on the fixed schedule.
    scheduled: Instant,
    /// When the next attempt is due: on the schedule, or before it after a failure.
    next: Instant,
    retry: Option<Backoff>,
    /// The latest time at which the service can have begun to wait.
    heard: Instant,
    signs: u64,
    /// Since when there was no sign of life.
    silent_since: Instant,
    standing: Arc<Standing>,
}

/// Whose turn it is to call the service for the token.
#[derive(Debug)]
enum Turn {
    Free,
    /// A heartbeat is in flight; `wanted` once the run waits for its end.
    Beating {
        recalled: Arc<Notify>,
        wanted: bool,
    },
    /// The run has it.
    Reporting,
}

/// What a run learns of its task.
#[derive(Debug, Default)]
pub(super) struct Standing {
    pub(super) gone: CancellationToken,
    pub(super) turn_is_free: Notify,
}

/// What a timer of a task leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timer {
    Deadline,
    Stall,
    Expiry,
}

impl Entry {
    pub(super) fn new(
        token: TaskToken,
        received: Instant,
        plan: Plan,
        context: ActivityContext,
        standing: Arc<Standing>,
    ) -> Self {
        // The first one is early by chance, so that tasks that came together do not beat together.
        let first = received + plan.interval.mul_f64(0.5 + fastrand::f64() / 2.0);
        Self {
            token,
            signs: context.signs(),
            context,
            plan,
            turn: Turn::Free,
            quiet: false,
            scheduled: first,
            next: first,
            retry: None,
            heard: received,
            silent_since: received,
            standing,
        }
    }

    /// When the next heartbeat is due, if one may be sent.
    pub(super) fn beat_at(&self) -> Option<Instant> {
        (matches!(self.turn, Turn::Free) && !self.quiet).then_some(self.next)
    }

    /// When the next timer is due.
    pub(super) fn timer_at(&self) -> Option<Instant> {
        self.timer().map(|(at, _)| at)
    }

    fn timer(&self) -> Option<(Instant, Timer)> {
        if self.quiet {
            return None;
        }
        let deadline = self.plan.deadline.map(|at| (at, Timer::Deadline));
        let stall = self
            .plan
            .stall_after
            .map(|after| (self.silent_since + after, Timer::Stall));
        let expiry = self
            .plan
            .heartbeat_timeout
            .map(|limit| (self.heard + limit, Timer::Expiry));
        [deadline, stall, expiry]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    /// Acts on the timers that are due.
    pub(super) fn tick(&mut self, now: Instant) {
        self.look_for_signs(now);
        let Some((_, timer)) = self.timer().filter(|(at, _)| *at <= now) else {
            return;
        };
        // Until the run says that it knows, the service hears nothing: where the run cannot, since
        // its threads are blocked, the task times out and is given to another worker.
        self.quiet = true;
        match timer {
            Timer::Deadline => self.cancel(CancelReason::Deadline),
            Timer::Stall => self.cancel(CancelReason::Stalled),
            Timer::Expiry => {
                tracing::warn!(
                    activity = %self.context.activity(),
                    task = %self.token,
                    "no heartbeat got through for as long as the service waits for one"
                );
                self.cancel(CancelReason::LeaseLost);
            }
        }
    }

    fn cancel(&mut self, reason: CancelReason) {
        self.plan.deadline = None;
        self.plan.stall_after = None;
        self.plan.heartbeat_timeout = None;
        self.context.cancel(reason);
    }

    fn look_for_signs(&mut self, now: Instant) {
        let signs = self.context.signs();
        if signs != self.signs {
            self.signs = signs;
            self.silent_since = now;
        }
    }

    /// A heartbeat is being sent; the returned handle calls it back.
    pub(super) fn beating(&mut self, now: Instant) -> Arc<Notify> {
        self.look_for_signs(now);
        let recalled = Arc::new(Notify::new());
        self.turn = Turn::Beating {
            recalled: Arc::clone(&recalled),
            wanted: false,
        };
        recalled
    }

    /// The heartbeat in flight was answered, or called back. Returns whether the task is gone.
    pub(super) fn settle(
        &mut self,
        answer: Option<Result<(), ServiceError>>,
        now: Instant,
    ) -> bool {
        let wanted = matches!(self.turn, Turn::Beating { wanted: true, .. });
        self.turn = if wanted { Turn::Reporting } else { Turn::Free };
        let gone = match answer {
            None => false,
            Some(Ok(())) => {
                self.retry = None;
                self.heard = now;
                self.next = self.after(now);
                false
            }
            Some(Err(error)) if error.disposition() == Disposition::Gone => {
                self.context.cancel(CancelReason::LeaseLost);
                self.standing.gone.cancel();
                true
            }
            Some(Err(error)) => {
                tracing::debug!(task = %self.token, %error, "a heartbeat failed, it will be repeated");
                if error.is_outcome_unknown() {
                    self.heard = now;
                }
                self.next = now + self.retry_delay();
                false
            }
        };
        if wanted {
            self.standing.turn_is_free.notify_one();
        }
        self.context.beat_answered();
        gone
    }

    /// A failed heartbeat is repeated well before the next one is due.
    fn retry_delay(&mut self) -> Duration {
        let interval = self.plan.interval;
        self.retry
            .get_or_insert_with(|| Backoff::new(interval / 10, interval / 2))
            .next_delay()
            .min(interval)
    }

    /// The next time on the schedule; a late heartbeat does not shift those that follow.
    fn after(&mut self, now: Instant) -> Instant {
        if self.scheduled <= now {
            let late = (now - self.scheduled).as_nanos() / self.plan.interval.as_nanos().max(1);
            let turns = u32::try_from(late).unwrap_or(u32::MAX).saturating_add(1);
            self.scheduled += self.plan.interval * turns;
        }
        self.scheduled
    }

    /// Whether a heartbeat is in flight.
    pub(super) fn is_beating(&self) -> bool {
        matches!(self.turn, Turn::Beating { .. })
    }

    /// The handler wants a heartbeat now.
    pub(super) fn beat_now(&mut self, now: Instant) {
        self.next = self.next.min(now);
    }

    /// The run knows that the handler was cancelled: it will report, until then the task is kept,
    /// whatever limits the handler had.
    pub(super) fn acknowledge(&mut self) {
        self.handler_ended();
    }

    /// The handler begins now, and shall not be silent for longer than this.
    pub(super) fn watch(&mut self, silence: Duration, now: Instant) {
        self.plan.stall_after = Some(silence);
        self.silent_since = now;
    }

    /// The handler has ended: neither its time limit nor its silence matters any more.
    pub(super) fn handler_ended(&mut self) {
        self.plan.deadline = None;
        self.plan.stall_after = None;
        // A report is repeated until the service itself says that the task is gone.
        self.plan.heartbeat_timeout = None;
        self.quiet = false;
    }

    /// The run wants the turn. Returns whether it has it at once.
    pub(super) fn take_turn(&mut self) -> bool {
        match &mut self.turn {
            Turn::Beating { wanted, .. } => {
                *wanted = true;
                false
            }
            Turn::Free | Turn::Reporting => {
                self.turn = Turn::Reporting;
                true
            }
        }
    }

    /// Calls the heartbeat in flight back.
    pub(super) fn recall(&self) {
        if let Turn::Beating { recalled, .. } = &self.turn {
            recalled.notify_one();
        }
    }

    /// The run gives the turn back, or no longer waits for it.
    pub(super) fn give_turn_back(&mut self) {
        match &mut self.turn {
            Turn::Beating { wanted, .. } => *wanted = false,
            Turn::Free | Turn::Reporting => self.turn = Turn::Free,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::departure::Departure;

    const INTERVAL: Duration = Duration::from_secs(10);

    fn plan() -> Plan {
        Plan {
            interval: INTERVAL,
            heartbeat_timeout: None,
            deadline: None,
            stall_after: None,
        }
    }

    fn entry(plan: Plan, received: Instant) -> (Entry, ActivityContext) {
        let token = TaskToken::new("token");
        let context = ActivityContext::new(
            "activity".parse().unwrap(),
            "worker".parse().unwrap(),
            token.clone(),
            None,
            Departure::default(),
        );
        let entry = Entry::new(token, received, plan, context.clone(), Arc::default());
        (entry, context)
    }

    fn throttled() -> ServiceError {
        ServiceError::new(Disposition::Throttled, "Rate exceeded")
    }

    #[test]
    fn the_first_heartbeat_is_early_by_chance_and_the_schedule_is_kept() {
        let begun = Instant::now();
        let (mut entry, _) = entry(plan(), begun);
        let first = entry.beat_at().unwrap();
        assert!((INTERVAL / 2..=INTERVAL).contains(&(first - begun)));
        entry.beating(first);
        assert_eq!(entry.beat_at(), None, "one call at a time");
        // Answered two and a half intervals late: the phase stays.
        entry.settle(Some(Ok(())), first + INTERVAL * 5 / 2);
        assert_eq!(entry.beat_at(), Some(first + INTERVAL * 3));
    }

    #[test]
    fn a_failed_heartbeat_is_repeated_before_the_next_is_due() {
        let begun = Instant::now();
        let (mut entry, _) = entry(plan(), begun);
        entry.beating(begun);
        entry.settle(Some(Err(throttled())), begun);
        assert!(entry.beat_at().unwrap() - begun < INTERVAL / 5);
    }

    #[test]
    fn p6_gone_cancels_the_handler() {
        let (mut entry, context) = entry(plan(), Instant::now());
        entry.beating(Instant::now());
        let gone = ServiceError::new(Disposition::Gone, "closed");
        assert!(entry.settle(Some(Err(gone)), Instant::now()));
        assert_eq!(context.cancel_reason(), Some(CancelReason::LeaseLost));
        assert!(entry.standing.gone.is_cancelled());
    }

    #[test]
    fn heartbeats_are_repeated_until_the_lease_must_be_gone() {
        let begun = Instant::now();
        let limit = Duration::from_secs(30);
        let (mut entry, context) = entry(
            Plan {
                heartbeat_timeout: Some(limit),
                ..plan()
            },
            begun,
        );
        assert_eq!(entry.timer_at(), Some(begun + limit));
        // A lost answer may have reached the service; a refusal has not.
        entry.beating(begun + INTERVAL);
        entry.settle(
            Some(Err(throttled().with_unknown_outcome())),
            begun + INTERVAL,
        );
        assert_eq!(entry.timer_at(), Some(begun + INTERVAL + limit));
        entry.beating(begun + INTERVAL * 2);
        entry.settle(Some(Err(throttled())), begun + INTERVAL * 2);
        entry.tick(begun + INTERVAL + limit);
        assert_eq!(context.cancel_reason(), Some(CancelReason::LeaseLost));
        assert_eq!(entry.beat_at(), None);
        entry.acknowledge();
        assert!(
            entry.beat_at().is_some(),
            "until it is reported, it is kept"
        );
    }

    #[test]
    fn a_handler_that_shows_no_sign_of_life_is_cancelled_and_not_kept_alive() {
        let begun = Instant::now();
        let (mut entry, context) = entry(
            Plan {
                stall_after: Some(INTERVAL * 2),
                ..plan()
            },
            begun,
        );
        context.progress(1, 10);
        entry.tick(begun + INTERVAL);
        assert_eq!(entry.timer_at(), Some(begun + INTERVAL * 3));
        entry.tick(begun + INTERVAL * 3);
        assert_eq!(context.cancel_reason(), Some(CancelReason::Stalled));
        assert_eq!(entry.beat_at(), None);
    }

    #[test]
    fn the_limits_of_a_handler_that_was_cancelled_do_not_silence_its_task() {
        let begun = Instant::now();
        let (mut entry, context) = entry(
            Plan {
                deadline: Some(begun + INTERVAL),
                ..plan()
            },
            begun,
        );
        context.cancel(CancelReason::ShuttingDown);
        entry.acknowledge();
        entry.tick(begun + INTERVAL);
        assert!(entry.beat_at().is_some());
        assert_eq!(context.cancel_reason(), Some(CancelReason::ShuttingDown));
    }

    #[test]
    fn a_run_that_wants_to_report_gets_the_turn_when_the_heartbeat_is_over() {
        let begun = Instant::now();
        let (mut entry, _) = entry(plan(), begun);
        entry.beating(begun);
        assert!(!entry.take_turn());
        entry.settle(Some(Ok(())), begun);
        assert_eq!(entry.beat_at(), None, "the run has the turn");
        entry.give_turn_back();
        assert!(entry.beat_at().is_some());
    }
}
