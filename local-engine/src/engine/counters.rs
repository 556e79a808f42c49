//! What an engine has done so far, in numbers that a progress display can watch.

use crate::history::{EventDetails, HistoryEvent, LambdaEvent, ServiceEventKind};

/// How often what has happened since the engine was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Executions that were started.
    pub executions_started: u64,
    /// Executions that succeeded.
    pub executions_succeeded: u64,
    /// Executions that failed.
    pub executions_failed: u64,
    /// Executions that ran past the `TimeoutSeconds` of their state machine.
    pub executions_timed_out: u64,
    /// Executions that were stopped.
    pub executions_aborted: u64,
    /// States that were entered.
    pub states_entered: u64,
    /// States that were tried again by a `Retry`.
    pub retries: u64,
    /// Activity tasks that were queued.
    pub tasks_scheduled: u64,
    /// Activity tasks that a poll took.
    pub tasks_started: u64,
    /// Activity tasks that workers reported as succeeded.
    pub tasks_succeeded: u64,
    /// Activity tasks that workers reported as failed.
    pub tasks_failed: u64,
    /// Activity tasks of which a clock ran out.
    pub tasks_timed_out: u64,
    /// Calls of functions and services that were made.
    pub calls_made: u64,
    /// Calls whose result, or whose job or token's result, came.
    pub calls_succeeded: u64,
    /// Calls that failed.
    pub calls_failed: u64,
    /// Calls of which a clock ran out.
    pub calls_timed_out: u64,
}

impl Counters {
    /// Executions that are running.
    #[must_use]
    pub fn executions_running(&self) -> u64 {
        self.executions_started
            - self.executions_succeeded
            - self.executions_failed
            - self.executions_timed_out
            - self.executions_aborted
    }

    /// Counts one event; `history` has the events before it.
    pub(crate) fn count(&mut self, event: &HistoryEvent, history: &[HistoryEvent]) {
        let counter = match &event.details {
            EventDetails::ExecutionStarted { .. } => &mut self.executions_started,
            EventDetails::ExecutionSucceeded { .. } => &mut self.executions_succeeded,
            EventDetails::ExecutionFailed { .. } => &mut self.executions_failed,
            EventDetails::ExecutionTimedOut { .. } => &mut self.executions_timed_out,
            EventDetails::ExecutionAborted { .. } => &mut self.executions_aborted,
            EventDetails::StateEntered { .. } => &mut self.states_entered,
            EventDetails::ActivityScheduled { .. } => {
                if !follows_entry(event, history) {
                    self.retries += 1;
                }
                &mut self.tasks_scheduled
            }
            EventDetails::ActivityStarted { .. } => &mut self.tasks_started,
            EventDetails::ActivitySucceeded { .. } => &mut self.tasks_succeeded,
            EventDetails::ActivityFailed { .. } => &mut self.tasks_failed,
            EventDetails::ActivityTimedOut { .. } => &mut self.tasks_timed_out,
            EventDetails::Lambda(call) => match call {
                LambdaEvent::Scheduled { .. } => self.count_call(event, history),
                LambdaEvent::Started => return,
                LambdaEvent::Succeeded { .. } => &mut self.calls_succeeded,
                LambdaEvent::Failed { .. } => &mut self.calls_failed,
                LambdaEvent::TimedOut { .. } => &mut self.calls_timed_out,
            },
            EventDetails::Service(call) => match call.kind {
                ServiceEventKind::Scheduled { .. } => self.count_call(event, history),
                ServiceEventKind::Started | ServiceEventKind::Submitted { .. } => return,
                ServiceEventKind::Succeeded { .. } => &mut self.calls_succeeded,
                ServiceEventKind::Failed { .. } => &mut self.calls_failed,
                ServiceEventKind::TimedOut { .. } => &mut self.calls_timed_out,
            },
            EventDetails::ParallelStateStarted | EventDetails::MapStateStarted { .. }
                if !follows_entry(event, history) =>
            {
                &mut self.retries
            }
            _ => return,
        };
        *counter += 1;
    }

    /// The counter of calls; a call that is made again is a retry too.
    fn count_call(&mut self, event: &HistoryEvent, history: &[HistoryEvent]) -> &mut u64 {
        if !follows_entry(event, history) {
            self.retries += 1;
        }
        &mut self.calls_made
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.executions_started += other.executions_started;
        self.executions_succeeded += other.executions_succeeded;
        self.executions_failed += other.executions_failed;
        self.executions_timed_out += other.executions_timed_out;
        self.executions_aborted += other.executions_aborted;
        self.states_entered += other.states_entered;
        self.retries += other.retries;
        self.tasks_scheduled += other.tasks_scheduled;
        self.tasks_started += other.tasks_started;
        self.tasks_succeeded += other.tasks_succeeded;
        self.tasks_failed += other.tasks_failed;
        self.tasks_timed_out += other.tasks_timed_out;
        self.calls_made += other.calls_made;
        self.calls_succeeded += other.calls_succeeded;
        self.calls_failed += other.calls_failed;
        self.calls_timed_out += other.calls_timed_out;
    }
}

/// Whether an event follows the entry of its state: work that begins after anything else
/// begins again.
fn follows_entry(event: &HistoryEvent, history: &[HistoryEvent]) -> bool {
    let previous = usize::try_from(event.previous_event_id)
        .ok()
        .and_then(|id| id.checked_sub(1))
        .and_then(|index| history.get(index));
    previous.is_some_and(|event| matches!(event.details, EventDetails::StateEntered { .. }))
}
