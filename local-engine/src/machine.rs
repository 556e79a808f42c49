//! The sans-I/O machine: given an event and a time it returns effects, and cannot fail.
//!
//! It names no runtime and no clock. The shell ([`Engine`](crate::Engine)) carries the effects
//! out, all of one step before it sends the next event, and brings back the events.
//!
//! 1. After [`Effect::Close`] there is no further effect; events are ignored.
//! 2. Every task that was scheduled and every timer that was started is over, forgotten or
//!    cancelled when the execution closes.
//! 3. Event ids count from 1 without a gap, and an event points at an earlier one.
//! 4. Nothing recurses deeper than the definition nests: states that follow one another go
//!    through a queue.

mod assign;
mod branches;
mod choice;
mod depth;
mod effect;
mod evaluate;
mod event;
mod facts;
mod fail;
mod failure;
mod flow;
mod frame;
mod json;
mod map;
mod map_run;
mod parallel;
mod parking;
mod pass;
mod recorder;
mod retry;
mod succeed;
mod task;
#[cfg(test)]
mod tests;
mod transition;
mod wait;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

pub use effect::{Closed, Effect, Invocation, Status};
pub use event::{Event, ExpiredClock, MapRunId, TaskId, TimerId};
pub use facts::Facts;
pub use map_run::{ChildInput, MapRunPlan, ReadItem, ReadPlan, ResultTarget, ResultsPlan};

use crate::asl::{Definition, State};
use crate::history::EventDetails;
use facts::SharedContext;
use frame::{Frame, FrameId, Waiting};
use json::Json;
use parking::Parking;
use recorder::Recorder;

/// No execution of an Express state machine lasts longer.
const EXPRESS_LIMIT: Duration = Duration::from_secs(300);

/// One execution of a state machine.
#[derive(Debug)]
pub struct Machine {
    definition: Arc<Definition>,
    shared: SharedContext,
    random: fastrand::Rng,
    recorder: Recorder,
    /// Frames on their way to a state, with the input they bring.
    queue: VecDeque<(Frame, Arc<State>, Json)>,
    /// Visits that wait for something, by their frame.
    parked: Parking,
    last_frame: u64,
    /// The timer of the machine's own `TimeoutSeconds`.
    deadline: Option<TimerId>,
}

impl Machine {
    /// Starts an execution and takes it as far as it goes without an event.
    #[must_use]
    pub fn start(definition: Arc<Definition>, facts: Facts, now: Timestamp) -> (Self, Vec<Effect>) {
        let input = Json::from_text(facts.input.clone());
        let started = EventDetails::ExecutionStarted {
            input: facts.input.clone(),
            role_arn: facts.role_arn.as_str().into(),
        };
        let express = facts.express;
        let mut machine = Self {
            definition,
            random: fastrand::Rng::with_seed(facts.seed),
            shared: SharedContext::new(facts, now),
            recorder: Recorder::new(now, express),
            queue: VecDeque::new(),
            parked: Parking::default(),
            last_frame: 0,
            deadline: None,
        };
        machine.recorder.record(0, started);
        let limit = express.then_some(EXPRESS_LIMIT);
        let timeout = machine.definition.timeout;
        if let Some(timeout) = timeout.into_iter().chain(limit).min() {
            let root = FrameId(0);
            machine.deadline = Some(machine.recorder.start_timer(root, timeout));
        }
        let graph = machine.definition.graph.clone();
        let start = graph.start().clone();
        // The first state's entry points at nothing, not at the start of the execution.
        let root = Frame {
            id: FrameId(0),
            graph,
            parent: None,
            cursor: 0,
            item: None,
            variables: Arc::default(),
        };
        machine.queue.push_back((root, start, input));
        machine.run();
        let effects = machine.recorder.take_effects();
        (machine, effects)
    }

    /// Takes one event and goes as far as it leads. An event for something that is over, or that
    /// does not fit, is ignored.
    #[must_use]
    pub fn step(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        if self.recorder.is_closed() {
            return Vec::new();
        }
        self.recorder.set_time(now);
        self.shared.set_time(now);
        match event {
            Event::ActivityAccepted { task } => self.task_accepted(task),
            Event::ActivityMissing { task } => self.task_refused(task),
            Event::TaskNamed { task, token } => self.task_named(task, token),
            Event::TaskSubmitted { task, output } => self.task_submitted(task, output),
            Event::TaskUnanswered { task, reason } => self.task_unanswered(task, &reason),
            Event::TaskStarted { task, worker_name } => self.task_started(task, worker_name),
            Event::TaskSucceeded { task, output } => self.task_succeeded(task, output),
            Event::TaskFailed { task, error, cause } => self.task_failed(task, error, cause),
            Event::TaskTimedOut { task, clock } => self.task_timed_out(task, clock),
            Event::TimerFired { timer } => self.timer_fired(timer),
            Event::ItemsRead { run, items } => self.items_read(run, items),
            Event::MapRunSucceeded { run, output } => self.map_run_succeeded(run, output),
            Event::MapRunFailed { run, error, cause } => self.map_run_failed(run, error, cause),
            Event::Stopped { error, cause } => self.stopped(error, cause),
        }
        self.run();
        self.recorder.take_effects()
    }

    /// Returns the definition with which the execution was started.
    #[must_use]
    pub fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    /// Returns whether the execution is over.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.recorder.is_closed()
    }

    /// Lets every frame that is on its way arrive.
    fn run(&mut self) {
        while !self.recorder.is_closed() {
            let Some((frame, state, input)) = self.queue.pop_front() else {
                return;
            };
            self.enter(frame, state, input);
        }
        self.queue.clear();
        self.parked.clear();
    }

    fn timer_fired(&mut self, timer: TimerId) {
        let Some(frame) = self.recorder.end_timer(timer) else {
            return;
        };
        if self.deadline == Some(timer) {
            return self.timed_out();
        }
        let Some(parked) = self.parked.remove(&frame) else {
            return;
        };
        match parked.waiting {
            Waiting::Wait { .. } => self.wait_over(parked.visit),
            Waiting::Backoff { .. } => self.attempt(parked.visit),
            // The others have no timer; whatever it was, the visit goes on waiting.
            Waiting::Task { .. } | Waiting::Children(_) | Waiting::MapRun { .. } => {
                self.parked.insert(frame, parked);
            }
        }
    }

    fn timed_out(&mut self) {
        let timeout: Arc<str> = failure::TIMEOUT.into();
        let event = EventDetails::ExecutionTimedOut {
            error: Some(timeout),
            cause: None,
        };
        let closed = Closed {
            status: Status::TimedOut,
            output: None,
            error: None,
            cause: None,
        };
        self.recorder.close(0, event, closed);
    }

    fn stopped(&mut self, error: Option<String>, cause: Option<String>) {
        let event = EventDetails::ExecutionAborted {
            error: error.as_deref().map(Arc::from),
            cause: cause.as_deref().map(Arc::from),
        };
        self.recorder.close(
            0,
            event,
            Closed {
                status: Status::Aborted,
                output: None,
                error,
                cause,
            },
        );
    }
}
