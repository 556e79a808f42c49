//! The way of an activity task up to the moment when a worker has it.

use super::{Phase, Request};
use crate::asl::{StateKind, Task};
use crate::history::EventDetails;
use crate::machine::Machine;
use crate::machine::event::TaskId;
use crate::machine::failure::Failure;
use crate::machine::frame::{Visit, Waiting};

impl Machine {
    pub(super) fn schedule_activity(&mut self, visit: Visit, task: &Task) {
        match self.request(&visit, task) {
            Ok(request) => {
                let Request {
                    input,
                    timeout,
                    heartbeat,
                    ..
                } = &request;
                let task = self.recorder.schedule(
                    visit.frame.id,
                    &visit.name,
                    task.resource.as_str(),
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

    pub(in crate::machine) fn task_accepted(&mut self, task: TaskId) {
        let Some((visit, request)) = self.take_asked(task) else {
            return;
        };
        let state = visit.state.clone();
        let StateKind::Task(fields) = &state.kind else {
            return;
        };
        let scheduled = EventDetails::ActivityScheduled {
            resource: fields.resource.as_str().into(),
            input: request.input.text().clone(),
            timeout_in_seconds: request.timeout,
            heartbeat_in_seconds: request.heartbeat,
        };
        self.go_on(visit, task, scheduled, Phase::Queued);
    }

    pub(in crate::machine) fn task_refused(&mut self, task: TaskId) {
        let Some((visit, _)) = self.take_asked(task) else {
            return;
        };
        self.recorder.end_task(task);
        let state = visit.state.clone();
        let StateKind::Task(fields) = &state.kind else {
            return;
        };
        let message = format!("The activity {} does not exist.", fields.resource.as_str());
        let failure = Failure::runtime(&visit, &message);
        self.fail(visit, failure);
    }

    pub(in crate::machine) fn task_started(&mut self, task: TaskId, worker_name: Option<String>) {
        let Some(visit) = self.take_task(task, |phase| matches!(phase, Phase::Queued)) else {
            return;
        };
        let started = EventDetails::ActivityStarted {
            worker_name: worker_name.map(Into::into),
        };
        self.go_on(visit, task, started, Phase::Started);
    }
}
