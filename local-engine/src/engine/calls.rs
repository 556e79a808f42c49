//! The calls of functions and services that are in flight, and what becomes of them.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::shared::Shared;
use super::timers::TimerKey;
use crate::asl::{Pattern, Resource};
use crate::machine::{Event, Invocation, TaskId};
use crate::providers::{
    AnswerFuture, Call, MockProvider, ServiceAnswer, ServiceCall, ServiceFailure, ServiceProvider,
};
use crate::store::{Execution, OpenCall};

/// Those who answer calls, in the order in which they are asked.
#[derive(Debug, Default)]
pub(crate) struct Providers {
    pub(super) mocks: Option<MockProvider>,
    /// The test case of executions that name none.
    pub(super) mock_case: Option<Arc<str>>,
    pub(super) others: Vec<Arc<dyn ServiceProvider>>,
}

/// The futures of all calls; they end with the engine.
#[derive(Debug)]
pub(super) struct Calls {
    runtime: Handle,
    running: Mutex<JoinSet<()>>,
}

impl Calls {
    pub(super) fn new(runtime: Handle) -> Self {
        Self {
            runtime,
            running: Mutex::default(),
        }
    }

    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // What has ended is let go of here, so that the set does not grow.
        while running.try_join_next().is_some() {}
        running.spawn_on(future, &self.runtime)
    }
}

/// A call on its way, from its start to its answer.
struct Run {
    engine: Weak<Shared>,
    execution: Arc<Execution>,
    task: TaskId,
    resource: Resource,
}

impl Run {
    fn submitted(&self, output: &Value) {
        if let Some(engine) = self.engine.upgrade() {
            engine.call_submitted(&self.execution, self.task, output);
        }
    }

    fn ended(&self, answer: Result<ServiceAnswer, ServiceFailure>) {
        if let Some(engine) = self.engine.upgrade() {
            engine.call_ended(&self.execution, self.task, &self.resource, answer);
        }
    }
}

impl Drop for Run {
    /// A provider that panics must not leave its execution waiting.
    fn drop(&mut self) {
        if thread::panicking() {
            let reason = format!(
                "The provider that answers the resource '{}' panicked.",
                self.resource.as_str()
            );
            self.ended(Err(ServiceFailure::unanswerable(reason)));
        }
    }
}

impl Shared {
    /// Asks one provider after the other who takes a call up, and lets it begin. Nothing if
    /// nobody does.
    pub(super) fn begin_call(
        &self,
        execution: &Arc<Execution>,
        task: TaskId,
        invocation: &Invocation,
        number: u32,
    ) -> Option<OpenCall> {
        let (call, submitted) = Self::service_call(execution, invocation, number);
        let mocks = self.providers.mocks.as_ref();
        let answer = mocks
            .and_then(|mocks| mocks.answer(&call))
            .or_else(|| {
                let mut others = self.providers.others.iter();
                others.find_map(|provider| provider.answer(&call))
            })
            .or_else(|| self.answer_own(&call))?;
        let resource = invocation.resource.clone();
        Some(self.run_call(execution, task, resource, answer, submitted))
    }

    /// What to do about a call that nobody takes up.
    pub(super) fn call_advice(&self, execution: &Execution, state: &str) -> String {
        let general = "mock it, or give the engine an endpoint or a handler that does";
        if let Some(case) = &execution.test_case {
            return format!(
                "the mocked test case {case} says nothing of the state '{state}'; {general}"
            );
        }
        let name: &str = &execution.state_machine_name;
        let name = name.split('/').next().unwrap_or(name);
        let mocks = self.providers.mocks.as_ref();
        let case = mocks.and_then(|mocks| mocks.0.test_cases(name).next());
        match case {
            Some(case) => format!(
                "the execution was started without a mocked test case, such as {name}#{case}; {general}"
            ),
            None => general.to_owned(),
        }
    }

    /// Lets a mock work on an activity task in place of a worker, if the execution's test case
    /// has one.
    pub(super) fn begin_mocked_activity(
        &self,
        execution: &Arc<Execution>,
        task: TaskId,
        invocation: &Invocation,
        number: u32,
    ) -> Option<OpenCall> {
        execution.test_case.as_ref()?;
        let (call, submitted) = Self::service_call(execution, invocation, number);
        let answer = self.providers.mocks.as_ref()?.answer(&call)?;
        let resource = invocation.resource.clone();
        Some(self.run_call(execution, task, resource, answer, submitted))
    }

    /// The call as providers see it, and what they say of it before it ends.
    fn service_call(
        execution: &Arc<Execution>,
        invocation: &Invocation,
        number: u32,
    ) -> (ServiceCall, mpsc::Receiver<Value>) {
        let (submit, submitted) = mpsc::channel(1);
        let call = ServiceCall::new(Call {
            resource: invocation.resource.clone(),
            parameters: Arc::clone(&invocation.parameters),
            role_arn: invocation.role_arn.clone(),
            execution: execution.arn.clone(),
            state_machine: Arc::clone(&execution.state_machine_name),
            test_case: execution.test_case.clone(),
            state: Arc::clone(&invocation.state),
            invocation: number,
            attempt: invocation.attempt,
            submit,
        });
        (call, submitted)
    }

    fn run_call(
        &self,
        execution: &Arc<Execution>,
        task: TaskId,
        resource: Resource,
        mut answer: AnswerFuture,
        mut submitted: mpsc::Receiver<Value>,
    ) -> OpenCall {
        let run = Run {
            engine: self.me.clone(),
            execution: Arc::clone(execution),
            task,
            resource,
        };
        let abort = self.calls.spawn(async move {
            let answer = loop {
                tokio::select! {
                    biased;
                    Some(output) = submitted.recv() => run.submitted(&output),
                    answer = &mut answer => break answer,
                }
            };
            // The last word of the future came after the last look.
            if let Ok(output) = submitted.try_recv() {
                run.submitted(&output);
            }
            run.ended(answer);
        });
        OpenCall::new(abort)
    }

    fn call_submitted(&self, execution: &Arc<Execution>, task: TaskId, output: &Value) {
        let mut delivery = self.delivery(execution);
        let Some(call) = delivery.open_call(task) else {
            return;
        };
        if !std::mem::replace(&mut call.submitted, true) {
            let output = output.to_string().into();
            delivery.deliver(Event::TaskSubmitted { task, output });
        }
    }

    fn call_ended(
        &self,
        execution: &Arc<Execution>,
        task: TaskId,
        resource: &Resource,
        answer: Result<ServiceAnswer, ServiceFailure>,
    ) {
        let mut delivery = self.delivery(execution);
        // Whoever closed the task first has taken the call off the list.
        let Some(call) = delivery.take_call(task) else {
            return;
        };
        let pattern = resource.pattern();
        let (event, submit) = match answer {
            Ok(ServiceAnswer::WaitsForToken(output)) if pattern == Pattern::TaskToken => {
                let output = output.to_string().into();
                return if call.submitted {
                    // The token's holder is waited for already.
                } else {
                    delivery.deliver(Event::TaskSubmitted { task, output });
                };
            }
            Ok(ServiceAnswer::Result(output) | ServiceAnswer::WaitsForToken(output)) => {
                let output: Arc<str> = output.to_string().into();
                let submit = (pattern != Pattern::Response && !call.submitted).then(|| {
                    let output = Arc::clone(&output);
                    Event::TaskSubmitted { task, output }
                });
                (Event::TaskSucceeded { task, output }, submit)
            }
            Err(ServiceFailure {
                cause,
                unanswerable: true,
                ..
            }) => {
                let reason = cause.unwrap_or_default();
                (Event::TaskUnanswered { task, reason }, None)
            }
            Err(ServiceFailure { error, cause, .. }) => {
                let cause = cause.map(within_limit);
                (Event::TaskFailed { task, error, cause }, None)
            }
        };
        if let Some(serial) = delivery.forget_task(task)
            && let Some(at) = self
                .activities()
                .forget(serial)
                .and_then(|closing| closing.armed)
        {
            self.cancel(at, TimerKey::Task(serial));
        }
        if let Some(submit) = submit {
            delivery.deliver(submit);
        }
        delivery.deliver(event);
    }
}

/// The cause, cut to what a history takes.
fn within_limit(mut cause: String) -> String {
    const CAUSE_LIMIT: usize = 32_768;
    if cause.len() > CAUSE_LIMIT {
        let end = (0..=CAUSE_LIMIT)
            .rev()
            .find(|end| cause.is_char_boundary(*end));
        cause.truncate(end.unwrap_or(0));
    }
    cause
}
