//! The life of a visit: a frame enters a state, attempts its work, and leaves it for the next
//! state, for the end, or because it failed.
//!
//! ```text
//! enter ─▶ attempt ─▶ exit ─▶ enter the next state
//!            ▲  │       └──▶ the frame has succeeded
//!            │  └─▶ fail ─▶ back off, then attempt again
//!            └───────┘  ├─▶ caught: exit to the catcher's state
//!                       └─▶ the frame has failed
//! ```

use std::sync::Arc;

use super::effect::{Closed, Status};
use super::failure::{Failure, Nature};
use super::flow::{self, Done};
use super::frame::{Frame, Parked, Visit, Waiting};
use super::json::Json;
use super::retry::{self, Verdict};
use super::{Machine, choice, fail, pass, succeed};
use crate::asl::{State, StateKind, Transition, Work};
use crate::history::{EventDetails, StateType};

impl Machine {
    pub(super) fn enter(&mut self, mut frame: Frame, state: Arc<State>, input: Json) {
        let name: Arc<str> = state.name.as_str().into();
        let entered = EventDetails::StateEntered {
            kind: state_type(&state.kind),
            name: name.clone(),
            input: input.text().clone(),
        };
        let entered_from = frame.cursor;
        frame.cursor = self.recorder.record(frame.cursor, entered);
        let now = self.recorder.now();
        self.attempt(Visit::new(frame, state, name, input, entered_from, now));
    }

    /// Does the work of the state, for the first time or again.
    pub(super) fn attempt(&mut self, visit: Visit) {
        let state = visit.state.clone();
        match &state.kind {
            StateKind::Pass(pass) => {
                let done = pass::run(&self.shared, &visit, pass);
                self.finish(visit, done);
            }
            StateKind::Choice(choice) => {
                let done = choice::run(&self.shared, &visit, choice);
                self.finish(visit, done);
            }
            StateKind::Succeed => {
                let done = succeed::run(&self.shared, &visit);
                self.finish(visit, done);
            }
            StateKind::Fail(fail) => {
                let failure = fail::run(&self.shared, &visit, fail);
                self.fail(visit, failure);
            }
            StateKind::Wait(wait) => self.wait(visit, wait),
            StateKind::Task(task) => self.schedule_task(visit, task),
            StateKind::Parallel(parallel) => self.start_branches(visit, parallel),
            StateKind::Map(map) => self.start_iterations(visit, map),
        }
    }

    /// Sets a visit aside until what it waits for happens.
    pub(super) fn park(&mut self, visit: Visit, waiting: Waiting) {
        self.parked
            .insert(visit.frame.id, Parked { visit, waiting });
    }

    /// Ends the visit of a Task, Parallel or Map whose work has this result.
    pub(super) fn complete(&mut self, visit: Visit, work: &Work, result: &Json) {
        let done = flow::work_done(&self.shared, &visit, work, result);
        self.finish(visit, done);
    }

    /// Ends a visit either way.
    pub(super) fn finish(&mut self, visit: Visit, done: Result<Done, Failure>) {
        match done {
            Ok(done) => self.exit(visit, done),
            Err(failure) => self.fail(visit, failure),
        }
    }

    /// Ends a visit as failed, unless `Retry` or `Catch` knows better.
    pub(super) fn fail(&mut self, mut visit: Visit, mut failure: Failure) {
        self.record_evaluation(&mut visit, &mut failure);
        if failure.is_fatal() {
            return self.recorder.close_failed(visit.frame.cursor, &failure);
        }
        let state = visit.state.clone();
        let work = work_of(&state.kind);
        let verdict = work.map_or(Verdict::Fail, |work| {
            retry::judge(work, &visit.retries, &failure, &mut self.random)
        });
        if let Verdict::Retry { retrier, delay } = verdict {
            visit.count_retry(retrier);
            let timer = self.recorder.start_timer(visit.frame.id, delay);
            return self.park(visit, Waiting::Backoff { timer });
        }
        let failed = match state.kind {
            StateKind::Parallel(_) => Some(EventDetails::ParallelStateFailed),
            StateKind::Map(_) => Some(EventDetails::MapStateFailed),
            _ => None,
        };
        if let Some(failed) = failed {
            visit.frame.cursor = self.recorder.record(visit.frame.cursor, failed);
        }
        let Verdict::Catch(catcher) = verdict else {
            return self.frame_failed(&visit, failure);
        };
        match flow::caught(&self.shared, &visit, catcher, &failure) {
            Ok(done) => self.exit(visit, done),
            Err(mut failure) => {
                self.record_evaluation(&mut visit, &mut failure);
                self.frame_failed(&visit, failure);
            }
        }
    }

    /// Records that an expression came to nothing, before anything handles the failure. On entry
    /// of a state the service lets this event point past the entry; a Wait is entered before it
    /// asks how long.
    pub(super) fn record_evaluation(&mut self, visit: &mut Visit, failure: &mut Failure) {
        let Nature::Evaluation(location) = &mut failure.nature else {
            return;
        };
        let is_entry = visit.frame.cursor == visit.entered_id;
        let previous = if is_entry && !matches!(visit.state.kind, StateKind::Wait(_)) {
            visit.entered_from
        } else {
            visit.frame.cursor
        };
        let failed = EventDetails::EvaluationFailed {
            error: failure.error.clone(),
            cause: failure.cause.clone(),
            location: location.take(),
            state: visit.name.clone(),
        };
        visit.frame.cursor = self.recorder.record(previous, failed);
        failure.nature = Nature::Ordinary;
    }

    fn exit(&mut self, visit: Visit, done: Done) {
        let Done {
            output,
            assigned,
            transition,
        } = done;
        let Visit {
            mut frame,
            state,
            name,
            ..
        } = visit;
        let kind = state_type(&state.kind);
        let exited = EventDetails::StateExited {
            kind,
            name,
            output: output.text().clone(),
            assigned: assigned.recorded(),
        };
        frame.cursor = self.recorder.record(frame.cursor, exited);
        frame.variables = assigned.apply(&frame.variables);
        match transition {
            Transition::End => self.frame_succeeded(&frame, output),
            Transition::Next(next) => {
                // Names were resolved when the definition was parsed; without a next state the
                // graph is at its end.
                match frame.graph.state(&next).cloned() {
                    Some(next) => self.queue.push_back((frame, next, output)),
                    None => self.frame_succeeded(&frame, output),
                }
            }
        }
    }

    fn frame_succeeded(&mut self, frame: &Frame, output: Json) {
        match &frame.parent {
            Some(parent) => self.child_succeeded(frame, parent, output),
            None => {
                let text = output.text().clone();
                let closed = Closed {
                    status: Status::Succeeded,
                    output: Some(text.clone()),
                    error: None,
                    cause: None,
                };
                self.recorder.close(
                    frame.cursor,
                    EventDetails::ExecutionSucceeded { output: text },
                    closed,
                );
            }
        }
    }

    fn frame_failed(&mut self, visit: &Visit, failure: Failure) {
        match &visit.frame.parent {
            Some(parent) => self.child_failed(visit, parent, failure),
            None => self.recorder.close_failed(visit.frame.cursor, &failure),
        }
    }
}

/// The fields that Task, Parallel and Map share.
pub(super) fn work_of(kind: &StateKind) -> Option<&Work> {
    match kind {
        StateKind::Task(task) => Some(&task.work),
        StateKind::Parallel(parallel) => Some(&parallel.work),
        StateKind::Map(map) => Some(&map.work),
        StateKind::Pass(_)
        | StateKind::Choice(_)
        | StateKind::Wait(_)
        | StateKind::Succeed
        | StateKind::Fail(_) => None,
    }
}

pub(super) fn state_type(kind: &StateKind) -> StateType {
    match kind {
        StateKind::Pass(_) => StateType::Pass,
        StateKind::Task(_) => StateType::Task,
        StateKind::Choice(_) => StateType::Choice,
        StateKind::Wait(_) => StateType::Wait,
        StateKind::Succeed => StateType::Succeed,
        StateKind::Fail(_) => StateType::Fail,
        StateKind::Parallel(_) => StateType::Parallel,
        StateKind::Map(_) => StateType::Map,
    }
}
