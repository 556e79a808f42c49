//! Where effects come together: numbers events, tasks and timers, and closes the execution.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::effect::{Closed, Effect, Status};
use super::event::{MapRunId, TaskId, TimerId};
use super::failure::Failure;
use super::frame::FrameId;
use super::map_run::{ChildInput, MapRunPlan};
use crate::history::{EventDetails, HistoryEvent};

/// The service ends an execution with the event of this number, whatever else was to come.
const EVENT_LIMIT: u64 = 25_000;

/// Collects the effects of a step.
#[derive(Debug)]
pub(super) struct Recorder {
    now: Timestamp,
    /// The number of the event that ends the execution, whatever else was to come.
    event_limit: u64,
    effects: Vec<Effect>,
    /// The number of the latest event.
    last_id: u64,
    /// The latest number given to a task or timer; they share one count.
    last_number: u64,
    /// The tasks and timers that are not over, with the frame that waits for each.
    open: BTreeMap<u64, (Open, FrameId)>,
    closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Task,
    Timer,
    MapRun,
}

impl Recorder {
    /// A recorder for a history that is limited, as all but those of Express state machines are.
    pub(super) fn new(now: Timestamp, express: bool) -> Self {
        Self {
            now,
            event_limit: if express { u64::MAX } else { EVENT_LIMIT },
            effects: Vec::new(),
            last_id: 0,
            last_number: 0,
            open: BTreeMap::new(),
            closed: false,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn set_time(&mut self, now: Timestamp) {
        self.now = now;
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        mem::take(&mut self.effects)
    }

    /// Records an event and returns its number. If the history is full, closes the execution
    /// instead.
    pub(super) fn record(&mut self, previous_event_id: u64, details: EventDetails) -> u64 {
        if self.last_id + 1 == self.event_limit && !details.closes_execution() {
            self.close_failed(self.last_id, &Failure::history_full(self.event_limit));
            return self.last_id;
        }
        if !self.closed {
            self.last_id += 1;
            let event = HistoryEvent {
                id: self.last_id,
                previous_event_id,
                timestamp: self.now,
                details,
            };
            self.effects.push(Effect::Record(event));
        }
        self.last_id
    }

    pub(super) fn schedule(
        &mut self,
        frame: FrameId,
        state: &Arc<str>,
        activity: &str,
        input: &Arc<str>,
        timeout: Option<u64>,
        heartbeat: Option<u64>,
    ) -> TaskId {
        let task = TaskId(self.number(Open::Task, frame));
        self.emit(Effect::ScheduleActivity {
            task,
            state: state.clone(),
            activity: activity.into(),
            input: input.clone(),
            timeout: timeout.map(Duration::from_secs),
            heartbeat: heartbeat.map(Duration::from_secs),
        });
        task
    }

    /// Opens a task that is called, not queued.
    pub(super) fn open_task(&mut self, frame: FrameId) -> TaskId {
        TaskId(self.number(Open::Task, frame))
    }

    /// The frame that waits for this task, if it is not over.
    pub(super) fn task_frame(&self, task: TaskId) -> Option<FrameId> {
        self.open
            .get(&task.0)
            .filter(|(open, _)| *open == Open::Task)
            .map(|(_, frame)| *frame)
    }

    /// Notes that the world outside has ended a task by itself.
    pub(super) fn end_task(&mut self, task: TaskId) {
        self.open.remove(&task.0);
    }

    /// Ends a task that the world outside still holds open.
    pub(super) fn forget(&mut self, task: TaskId) {
        if self.open.remove(&task.0).is_some() {
            self.emit(Effect::ForgetTask { task });
        }
    }

    pub(super) fn start_map_run(&mut self, frame: FrameId, plan: MapRunPlan) -> MapRunId {
        let run = MapRunId(self.number(Open::MapRun, frame));
        self.emit(Effect::StartMapRun {
            run,
            plan: Box::new(plan),
        });
        run
    }

    pub(super) fn run_children(&mut self, run: MapRunId, children: Vec<ChildInput>) {
        self.emit(Effect::RunChildren { run, children });
    }

    /// The frame that waits for this map run, if it is not over.
    pub(super) fn map_run_frame(&self, run: MapRunId) -> Option<FrameId> {
        self.open
            .get(&run.0)
            .filter(|(open, _)| *open == Open::MapRun)
            .map(|(_, frame)| *frame)
    }

    /// Notes that a map run has ended by itself.
    pub(super) fn end_map_run(&mut self, run: MapRunId) {
        self.open.remove(&run.0);
    }

    /// Ends a map run that the world outside still carries on.
    pub(super) fn forget_map_run(&mut self, run: MapRunId, failed: bool) {
        if self.open.remove(&run.0).is_some() {
            self.emit(Effect::ForgetMapRun { run, failed });
        }
    }

    pub(super) fn start_timer(&mut self, frame: FrameId, delay: Duration) -> TimerId {
        self.start_timer_at(frame, after(self.now, delay))
    }

    pub(super) fn start_timer_at(&mut self, frame: FrameId, at: Timestamp) -> TimerId {
        let timer = TimerId(self.number(Open::Timer, frame));
        self.emit(Effect::StartTimer { timer, at });
        timer
    }

    /// Notes that a timer has fired, and returns the frame that waits for it.
    pub(super) fn end_timer(&mut self, timer: TimerId) -> Option<FrameId> {
        let (_, frame) = self
            .open
            .get(&timer.0)
            .filter(|(open, _)| *open == Open::Timer)
            .copied()?;
        self.open.remove(&timer.0);
        Some(frame)
    }

    pub(super) fn cancel(&mut self, timer: TimerId) {
        if self.open.remove(&timer.0).is_some() {
            self.emit(Effect::CancelTimer { timer });
        }
    }

    pub(super) fn close_failed(&mut self, previous_event_id: u64, failure: &Failure) {
        let Failure { error, cause, .. } = failure.clone();
        let closed = Closed {
            status: Status::Failed,
            output: None,
            error: error.as_deref().map(Into::into),
            cause: cause.as_deref().map(Into::into),
        };
        self.close(
            previous_event_id,
            EventDetails::ExecutionFailed { error, cause },
            closed,
        );
    }

    /// Records the last event, ends everything that is open, and takes no more effects.
    pub(super) fn close(&mut self, previous_event_id: u64, details: EventDetails, closed: Closed) {
        if self.closed {
            return;
        }
        self.record(previous_event_id, details);
        for (number, (open, _)) in mem::take(&mut self.open) {
            self.effects.push(match open {
                Open::Task => Effect::ForgetTask {
                    task: TaskId(number),
                },
                Open::Timer => Effect::CancelTimer {
                    timer: TimerId(number),
                },
                Open::MapRun => Effect::ForgetMapRun {
                    run: MapRunId(number),
                    failed: false,
                },
            });
        }
        self.effects.push(Effect::Close(closed));
        self.closed = true;
    }

    fn number(&mut self, open: Open, frame: FrameId) -> u64 {
        self.last_number += 1;
        if !self.closed {
            self.open.insert(self.last_number, (open, frame));
        }
        self.last_number
    }

    pub(super) fn emit(&mut self, effect: Effect) {
        if !self.closed {
            self.effects.push(effect);
        }
    }
}

/// This much later, or the end of time.
fn after(now: Timestamp, delay: Duration) -> Timestamp {
    SignedDuration::try_from(delay)
        .ok()
        .and_then(|delay| now.checked_add(delay).ok())
        .unwrap_or(Timestamp::MAX)
}
