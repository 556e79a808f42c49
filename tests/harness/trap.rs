//! A scripted service whose calls can panic or hang.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{
    ActivityArn, ActivityName, ActivityService, ErrorName, Payload, PolledTask, ServiceFuture,
    TaskToken, WorkerName,
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
    traps: Arc<Mutex<BTreeMap<Operation, (usize, Trapped)>>>,
}

impl TrapService {
    /// A service without traps.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a trap for the next calls of an operation.
    pub fn set(&self, operation: Operation, calls: usize, trapped: Trapped) {
        self.traps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(operation, (calls, trapped));
    }

    /// How many calls the trap still waits for.
    #[must_use]
    pub fn left(&self, operation: Operation) -> usize {
        let traps = self.traps.lock().unwrap_or_else(PoisonError::into_inner);
        traps.get(&operation).map_or(0, |(left, _)| *left)
    }

    async fn enter(&self, operation: Operation) {
        let trapped = {
            let mut traps = self.traps.lock().unwrap_or_else(PoisonError::into_inner);
            match traps.get_mut(&operation) {
                Some((left, trapped)) if *left > 0 => {
                    *left -= 1;
                    Some(*trapped)
                }
                _ => None,
            }
        };
        match trapped {
            None => {}
            Some(Trapped::Panics) => panic!("the service panics in {operation:?}"),
            Some(Trapped::Hangs) => std::future::pending().await,
        }
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
        Box::pin(async move {
            self.enter(Operation::Succeed).await;
            self.script.succeed(token, output).await
        })
    }

    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        Box::pin(async move {
            self.enter(Operation::Fail).await;
            self.script.fail(token, error, cause).await
        })
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        Box::pin(async move {
            self.enter(Operation::Heartbeat).await;
            self.script.heartbeat(token).await
        })
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        self.script.find(names)
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        self.script.create(name)
    }
}
