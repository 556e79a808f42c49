//! Task: hands its input to an activity, a Lambda function or a service, and waits for the
//! outcome.
//!
//! ```text
//! activity:  Asked ─▶ Queued ─▶ Started ─▶ succeeded, failed or timed out
//! a call:   [Naming ─▶] Called [─▶ Submitted] ─▶ the same
//! ```

mod activity;
mod call;
mod events;

use std::sync::Arc;

use super::event::{ExpiredClock, TaskId};
use super::failure::Failure;
use super::flow;
use super::frame::{FrameId, Parked, Visit, Waiting};
use super::json::Json;
use super::{Machine, evaluate};
use crate::asl::{Pattern, Resource, Seconds, StateKind, Task};
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
    /// The shell was asked for its token, and has not answered yet.
    Naming,
    /// The call was made and not answered yet. Whoever got the token may have been faster.
    Called { early: Option<Arc<str>> },
    /// The call was answered; the task waits for its job, or for whoever has its token.
    Submitted,
}

/// What the shell is asked for.
#[derive(Debug)]
pub(super) struct Request {
    input: Json,
    role: Option<Arc<str>>,
    timeout: Option<u64>,
    heartbeat: Option<u64>,
}

impl Machine {
    pub(super) fn schedule_task(&mut self, visit: Visit, task: &Task) {
        match &task.resource {
            Resource::Activity(_) => self.schedule_activity(visit, task),
            Resource::Lambda(_) => self.call(visit, task, None),
            Resource::Service(action) if action.pattern == Pattern::TaskToken => {
                self.name_task(visit);
            }
            Resource::Service(_) => self.call(visit, task, None),
        }
    }

    pub(super) fn task_succeeded(&mut self, task: TaskId, output: Arc<str>) {
        if self.remember_early(task, &output) {
            return;
        }
        let Some((visit, fields)) = self.end_task(task) else {
            return;
        };
        let StateKind::Task(fields) = &fields.kind else {
            return;
        };
        self.succeed(visit, fields, output);
    }

    pub(super) fn task_failed(
        &mut self,
        task: TaskId,
        error: Option<String>,
        cause: Option<String>,
    ) {
        let failure = Failure::stated(error.map(Into::into), cause.map(Into::into));
        let Some((visit, state)) = self.end_task(task) else {
            return;
        };
        if let StateKind::Task(fields) = &state.kind {
            let failed = events::failed(&fields.resource, &failure);
            self.fail_after(visit, failed, failure);
        }
    }

    pub(super) fn task_timed_out(&mut self, task: TaskId, clock: ExpiredClock) {
        let failure = Failure::timed_out(clock == ExpiredClock::Heartbeat);
        let Some((visit, state)) = self.end_task(task) else {
            return;
        };
        if let StateKind::Task(fields) = &state.kind {
            let timed_out = events::timed_out(&fields.resource, &failure);
            self.fail_after(visit, timed_out, failure);
        }
    }

    /// Ends the visit of a task that has this result, unless it is too large.
    fn succeed(&mut self, mut visit: Visit, fields: &Task, output: Arc<str>) {
        if output.len() > flow::DATA_LIMIT {
            let failure = Failure::data_limit(events::who(&fields.resource));
            let failed = events::failed(&fields.resource, &failure);
            return self.fail_after(visit, failed, failure);
        }
        let succeeded = events::succeeded(&fields.resource, &output);
        visit.frame.cursor = self.recorder.record(visit.frame.cursor, succeeded);
        self.complete(visit, &fields.work, &Json::from_text(output));
    }

    fn fail_after(&mut self, mut visit: Visit, event: EventDetails, failure: Failure) {
        visit.frame.cursor = self.recorder.record(visit.frame.cursor, event);
        self.fail(visit, failure);
    }

    fn request(&self, visit: &Visit, task: &Task) -> Result<Request, Failure> {
        let arguments = flow::arguments(&self.shared, visit, task.work.parameters.as_ref())?;
        Ok(Request {
            input: flow::within_limit(visit, arguments)?,
            role: flow::role(&self.shared, visit, task.credentials.as_ref())?,
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

    /// Takes up the visit of a task that somebody works on, which is over.
    fn end_task(&mut self, task: TaskId) -> Option<(Visit, Arc<crate::asl::State>)> {
        let visit = self.take_task(task, |phase| {
            matches!(
                phase,
                Phase::Started | Phase::Called { .. } | Phase::Submitted
            )
        })?;
        self.recorder.end_task(task);
        let state = visit.state.clone();
        Some((visit, state))
    }

    /// Takes up the visit that waits for a task that has come as far as asked for.
    fn take_task(&mut self, task: TaskId, fits: fn(&Phase) -> bool) -> Option<Visit> {
        self.parked_task(task, fits)?;
        let frame = self.recorder.task_frame(task)?;
        self.parked.remove(&frame).map(|parked| parked.visit)
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

    /// Takes the visit and the request of a task that the shell was asked to queue.
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
}
