//! Task: hands its input to an activity and waits for the outcome.
//!
//! ```text
//! Asked ─▶ Queued ─▶ Started ─▶ succeeded, failed or timed out
//! ```

use std::sync::Arc;

use super::event::{ExpiredClock, TaskId};
use super::failure::Failure;
use super::flow;
use super::frame::{FrameId, Parked, Visit, Waiting};
use super::json::Json;
use super::{Machine, evaluate};
use crate::asl::{Seconds, StateKind, Task};
use crate::history::EventDetails;

/// How far a task has come.
#[derive(Debug)]
pub(super) enum Phase {
    /// The shell was asked to queue it, and has not answered yet.
    Asked(Request),
    /// It waits for a poll.
    Queued,
    /// A worker has it.
    Started,
}

/// What the shell was asked for.
#[derive(Debug)]
pub(super) struct Request {
    input: Json,
    timeout: Option<u64>,
    heartbeat: Option<u64>,
}

impl Machine {
    pub(super) fn schedule_task(&mut self, visit: Visit, task: &Task) {
        match self.request(&visit, task) {
            Ok(request) => {
                let Request {
                    input,
                    timeout,
                    heartbeat,
                } = &request;
                let frame = visit.frame.id;
                let task = self.recorder.schedule(
                    frame,
                    &task.activity,
                    input.text(),
                    *timeout,
                    *heartbeat,
                );
                self.park(
                    visit,
                    Waiting::Task {
                        task,
                        phase: Phase::Asked(request),
                    },
                );
            }
            Err(failure) => self.fail(visit, failure),
        }
    }

    pub(super) fn task_accepted(&mut self, task: TaskId) {
        let Some((visit, request)) = self.take_asked(task) else {
            return;
        };
        let state = visit.state.clone();
        let StateKind::Task(fields) = &state.kind else {
            return;
        };
        let scheduled = EventDetails::ActivityScheduled {
            resource: fields.activity.as_str().into(),
            input: request.input.text().clone(),
            timeout_in_seconds: request.timeout,
            heartbeat_in_seconds: request.heartbeat,
        };
        self.go_on(visit, task, scheduled, Phase::Queued);
    }

    pub(super) fn task_refused(&mut self, task: TaskId) {
        let Some((visit, _)) = self.take_asked(task) else {
            return;
        };
        self.recorder.end_task(task);
        let state = visit.state.clone();
        let StateKind::Task(fields) = &state.kind else {
            return;
        };
        let message = format!("The activity {} does not exist.", fields.activity);
        let failure = Failure::runtime(&visit, &message);
        self.fail(visit, failure);
    }

    pub(super) fn task_started(&mut self, task: TaskId, worker_name: Option<String>) {
        let Some(visit) = self.take_task(task, |phase| matches!(phase, Phase::Queued)) else {
            return;
        };
        let started = EventDetails::ActivityStarted {
            worker_name: worker_name.map(Into::into),
        };
        self.go_on(visit, task, started, Phase::Started);
    }

    pub(super) fn task_succeeded(&mut self, task: TaskId, output: Arc<str>) {
        let succeeded = EventDetails::ActivitySucceeded {
            output: output.clone(),
        };
        let Some(visit) = self.end_task(task, succeeded) else {
            return;
        };
        let state = visit.state.clone();
        let StateKind::Task(fields) = &state.kind else {
            return;
        };
        self.complete(visit, &fields.work, &Json::from_text(output));
    }

    pub(super) fn task_failed(
        &mut self,
        task: TaskId,
        error: Option<String>,
        cause: Option<String>,
    ) {
        let failure = Failure::stated(error.map(Into::into), cause.map(Into::into));
        let failed = EventDetails::ActivityFailed {
            error: failure.error.clone(),
            cause: failure.cause.clone(),
        };
        let Some(visit) = self.end_task(task, failed) else {
            return;
        };
        self.fail(visit, failure);
    }

    pub(super) fn task_timed_out(&mut self, task: TaskId, clock: ExpiredClock) {
        let failure = Failure::timed_out(clock == ExpiredClock::Heartbeat);
        let timed_out = EventDetails::ActivityTimedOut {
            error: failure.error.clone(),
            cause: None,
        };
        let Some(visit) = self.end_task(task, timed_out) else {
            return;
        };
        self.fail(visit, failure);
    }

    fn request(&self, visit: &Visit, task: &Task) -> Result<Request, Failure> {
        let arguments = flow::arguments(&self.shared, visit, task.work.parameters.as_ref())?;
        Ok(Request {
            input: flow::within_limit(visit, arguments)?,
            timeout: self.clock(visit, task.timeout.as_ref(), "TimeoutSecondsPath")?,
            heartbeat: self.clock(visit, task.heartbeat.as_ref(), "HeartbeatSecondsPath")?,
        })
    }

    /// The seconds of one of the task's clocks.
    fn clock(
        &self,
        visit: &Visit,
        seconds: Option<&Seconds>,
        field: &str,
    ) -> Result<Option<u64>, Failure> {
        match seconds {
            None => Ok(None),
            Some(Seconds::Literal(seconds)) => Ok(Some(*seconds)),
            Some(Seconds::Expression(expression)) => {
                let seconds = evaluate::number(&self.shared, visit, expression, 1, 99_999_999)?;
                Ok(Some(seconds.unsigned_abs()))
            }
            Some(Seconds::Path(path)) => {
                let input = flow::effective_input(&self.shared, visit)?;
                let seconds = flow::find_integer(&self.shared, visit, &input, path, field)?;
                match u64::try_from(seconds) {
                    Ok(seconds @ 1..) => Ok(Some(seconds)),
                    _ => {
                        let message = format!(
                            "The {field} field refers to value \"{seconds}\" which is not positive: {path}"
                        );
                        Err(Failure::runtime(visit, &message))
                    }
                }
            }
        }
    }

    /// Records how far a task has come, and waits on.
    fn go_on(&mut self, mut visit: Visit, task: TaskId, event: EventDetails, phase: Phase) {
        visit.frame.cursor = self.recorder.record(visit.frame.cursor, event);
        self.park(visit, Waiting::Task { task, phase });
    }

    /// Records the outcome of a started task, and takes up its visit.
    fn end_task(&mut self, task: TaskId, outcome: EventDetails) -> Option<Visit> {
        let mut visit = self.take_task(task, |phase| matches!(phase, Phase::Started))?;
        self.recorder.end_task(task);
        visit.frame.cursor = self.recorder.record(visit.frame.cursor, outcome);
        Some(visit)
    }

    /// Takes up the visit that waits for a task that has come as far as asked for.
    fn take_task(&mut self, task: TaskId, fits: fn(&Phase) -> bool) -> Option<Visit> {
        self.parked_task(task, fits)?;
        let frame = self.recorder.task_frame(task)?;
        self.parked.remove(&frame).map(|parked| parked.visit)
    }

    fn take_asked(&mut self, task: TaskId) -> Option<(Visit, Request)> {
        let frame = self.parked_task(task, |phase| matches!(phase, Phase::Asked(_)))?;
        match self.parked.remove(&frame)? {
            Parked {
                visit,
                waiting:
                    Waiting::Task {
                        phase: Phase::Asked(request),
                        ..
                    },
            } => Some((visit, request)),
            _ => None,
        }
    }

    /// The frame that waits for this task, if the task has come as far as asked for.
    fn parked_task(&self, task: TaskId, fits: fn(&Phase) -> bool) -> Option<FrameId> {
        let frame = self.recorder.task_frame(task)?;
        match &self.parked.get(&frame)?.waiting {
            Waiting::Task {
                task: waited,
                phase,
            } if *waited == task && fits(phase) => Some(frame),
            _ => None,
        }
    }
}
