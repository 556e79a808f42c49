//! The call of a Lambda function or of a service.

use std::sync::Arc;
use std::time::Duration;

use super::{Phase, events};
use crate::asl::{Pattern, StateKind, Task};
use crate::machine::Machine;
use crate::machine::effect::{Effect, Invocation};
use crate::machine::event::TaskId;
use crate::machine::failure::Failure;
use crate::machine::flow;
use crate::machine::frame::{Visit, Waiting};

impl Machine {
    /// Asks for the token that the parameters may name.
    pub(super) fn name_task(&mut self, visit: Visit) {
        let task = self.recorder.open_task(visit.frame.id);
        self.recorder.emit(Effect::NameTask { task });
        self.park(
            visit,
            Waiting::Task {
                task,
                phase: Phase::Naming,
            },
        );
    }

    pub(in crate::machine) fn task_named(&mut self, task: TaskId, token: String) {
        let Some(mut visit) = self.take_task(task, |phase| matches!(phase, Phase::Naming)) else {
            return;
        };
        visit.name(token);
        let state = visit.state.clone();
        if let StateKind::Task(fields) = &state.kind {
            self.call(visit, fields, Some(task));
        }
    }

    /// Makes the call; a task that has a token is open already.
    pub(super) fn call(&mut self, mut visit: Visit, fields: &Task, named: Option<TaskId>) {
        let request = match self.request(&visit, fields) {
            Ok(request) => request,
            Err(failure) => {
                if let Some(task) = named {
                    self.recorder.forget(task);
                }
                return self.fail(visit, failure);
            }
        };
        let task = named.unwrap_or_else(|| self.recorder.open_task(visit.frame.id));
        let scheduled = events::scheduled(&fields.resource, &request, self.shared.region());
        visit.frame.cursor = self.recorder.record(visit.frame.cursor, scheduled);
        let started = events::started(&fields.resource);
        visit.frame.cursor = self.recorder.record(visit.frame.cursor, started);
        let heartbeat = request
            .heartbeat
            .filter(|_| fields.resource.pattern() == Pattern::TaskToken);
        let invocation = Invocation {
            resource: fields.resource.clone(),
            state: visit.name.clone(),
            parameters: request.input.text().clone(),
            role_arn: request.role,
            timeout: request.timeout.map(Duration::from_secs),
            heartbeat: heartbeat.map(Duration::from_secs),
            attempt: visit.retries.iter().sum(),
        };
        self.recorder.emit(Effect::Invoke {
            task,
            invocation: Box::new(invocation),
        });
        let phase = Phase::Called { early: None };
        self.park(visit, Waiting::Task { task, phase });
    }

    pub(in crate::machine) fn task_submitted(&mut self, task: TaskId, output: Arc<str>) {
        let Some(frame) = self.parked_task(task, |phase| matches!(phase, Phase::Called { .. }))
        else {
            return;
        };
        let Some(parked) = self.parked.remove(&frame) else {
            return;
        };
        let state = parked.visit.state.clone();
        let StateKind::Task(fields) = &state.kind else {
            return;
        };
        if output.len() > flow::DATA_LIMIT {
            let failure = Failure::data_limit(events::who(&fields.resource));
            let failed = events::failed(&fields.resource, &failure);
            self.recorder.forget(task);
            return self.fail_after(parked.visit, failed, failure);
        }
        let submitted = events::submitted(&fields.resource, output);
        self.go_on(parked.visit, task, submitted, Phase::Submitted);
        if let Waiting::Task {
            phase: Phase::Called {
                early: Some(output),
            },
            ..
        } = parked.waiting
        {
            self.task_succeeded(task, output);
        }
    }

    /// Keeps what the holder of a token said before the call that brought it there was answered.
    /// Returns whether it did.
    pub(super) fn remember_early(&mut self, task: TaskId, output: &Arc<str>) -> bool {
        let Some(frame) = self.parked_task(task, |phase| matches!(phase, Phase::Called { .. }))
        else {
            return false;
        };
        let Some(parked) = self.parked.get_mut(&frame) else {
            return false;
        };
        let waits_for_token = match &parked.visit.state.kind {
            StateKind::Task(fields) => fields.resource.pattern() == Pattern::TaskToken,
            _ => false,
        };
        if let Waiting::Task {
            phase: Phase::Called { early },
            ..
        } = &mut parked.waiting
            && waits_for_token
        {
            *early = Some(output.clone());
            return true;
        }
        false
    }

    /// Nobody answers this resource: no `Retry` helps and no `Catch` should hide it.
    pub(in crate::machine) fn task_unanswered(&mut self, task: TaskId, reason: &str) {
        let Some((visit, _)) = self.end_task(task) else {
            return;
        };
        let failure = Failure::runtime(&visit, reason);
        self.fail(visit, failure);
    }
}
