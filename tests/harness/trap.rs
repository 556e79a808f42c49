//! A scripted service whose calls can panic or hang, and that notes calls that come too late.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{
    ActivityArn, ActivityName, ActivityService, Disposition, ErrorName, Payload, PolledTask,
    ServiceError, ServiceFuture, TaskToken, WorkerName,
};

/// What happens to a call that runs into the trap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trapped {
    /// It panics.
    Panics,
    /// It is never answered.
    Hangs,
}

/// A scripted service with traps in it; clones are the same service.
#[derive(Debug, Clone, Default)]
pub struct TrapService {
    /// The service without its traps.
    pub script: ScriptedService,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    traps: BTreeMap<Operation, (usize, Trapped)>,
    /// The tokens for which nothing more is to be sent.
    closed: BTreeSet<String>,
    late_calls: usize,
}

impl TrapService {
    /// A service without traps.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a trap for the next calls of an operation.
    pub fn set(&self, operation: Operation, calls: usize, trapped: Trapped) {
        self.lock().traps.insert(operation, (calls, trapped));
    }

    /// How many calls the trap still waits for.
    #[must_use]
    pub fn left(&self, operation: Operation) -> usize {
        self.lock()
            .traps
            .get(&operation)
            .map_or(0, |(left, _)| *left)
    }

    /// How many calls were made for a token after the service had taken the report for it, or
    /// had said that it does not want one.
    #[must_use]
    pub fn late_calls(&self) -> usize {
        self.lock().late_calls
    }

    /// How many clones of the service there are: one more for whoever still calls it.
    #[must_use]
    pub fn clones(&self) -> usize {
        Arc::strong_count(&self.state)
    }

    async fn enter(&self, operation: Operation) {
        let trapped = match self.lock().traps.get_mut(&operation) {
            Some((left, trapped)) if *left > 0 => {
                *left -= 1;
                Some(*trapped)
            }
            _ => None,
        };
        match trapped {
            None => {}
            Some(Trapped::Panics) => panic!("the service panics in {operation:?}"),
            Some(Trapped::Hangs) => std::future::pending().await,
        }
    }

    /// Makes a call for a token.
    async fn call(
        &self,
        operation: Operation,
        token: &TaskToken,
        call: ServiceFuture<'_, ()>,
    ) -> Result<(), ServiceError> {
        self.enter(operation).await;
        let late = self.lock().closed.contains(token.expose());
        self.lock().late_calls += usize::from(late);
        let answer = call.await;
        let closed = match &answer {
            Ok(()) => operation != Operation::Heartbeat,
            Err(error) => error.disposition() == Disposition::Gone,
        };
        if closed {
            self.lock().closed.insert(token.expose().to_owned());
        }
        answer
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ActivityService for TrapService {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        Box::pin(async move {
            self.enter(Operation::Poll).await;
            self.script.poll(activity, worker).await
        })
    }

    fn succeed<'a>(&'a self, token: &'a TaskToken, output: &'a Payload) -> ServiceFuture<'a, ()> {
        let call = self.script.succeed(token, output);
        Box::pin(self.call(Operation::Succeed, token, call))
    }

    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        let call = self.script.fail(token, error, cause);
        Box::pin(self.call(Operation::Fail, token, call))
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        let call = self.script.heartbeat(token);
        Box::pin(self.call(Operation::Heartbeat, token, call))
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        self.script.find(names)
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        self.script.create(name)
    }
}
