//! Any service behind a plan of faults: `Faulty`.

use super::faults::Faults;
use super::gate::Gate;
use super::ledger::Ledger;
use super::operation::Operation;
use crate::failure::{ErrorName, names};
use crate::name::{ActivityArn, ActivityName, WorkerName};
use crate::payload::Payload;
use crate::service::{ActivityService, PolledTask, ServiceFuture};
use crate::token::TaskToken;

/// Any service, such as the embedded engine, behind a plan of faults and with a ledger.
///
/// Clones share service, plan and ledger. All time is the runtime's, so that faults cost
/// nothing under a paused clock.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::testing::{Fault, Faults, Faulty, Operation, ScriptedService};
/// use sfn_worker_core::{Worker, activity};
///
/// #[activity]
/// async fn greet(name: String) -> Result<String, std::convert::Infallible> {
///     Ok(format!("hello {name}"))
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), sfn_worker_core::BuildError> {
/// let inner = ScriptedService::new(); // or any other service
/// let task = inner.offer("greet", r#""Ada""#);
/// let service = Faulty::new(inner, Faults::new());
/// service.faults().next_n(Operation::Succeed, 3, Fault::ServerError);
///
/// let worker = Worker::builder(service.clone()).activity::<greet>().build()?;
/// let shutdown = worker.shutdown_handle();
/// tokio::join!(worker.run(), async {
///     task.answer().await;
///     shutdown.drain();
/// });
/// service.ledger().assert_nothing_lost();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Faulty<S> {
    service: S,
    gate: Gate,
}

impl<S: ActivityService> Faulty<S> {
    /// Puts a service behind a plan of faults.
    #[must_use]
    pub fn new(service: S, faults: Faults) -> Self {
        let ledger = Ledger::default();
        Self {
            service,
            gate: Gate { faults, ledger },
        }
    }

    /// The plan.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.gate.faults
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.gate.ledger
    }

    /// The service behind the faults.
    #[must_use]
    pub fn service(&self) -> &S {
        &self.service
    }

    /// Closes a task of the service with the name that a time-out has.
    async fn close(&self, token: &TaskToken) {
        let name = ErrorName::from_static(names::TIMEOUT);
        if let Err(error) = self.service.fail(token, &name, "").await {
            tracing::debug!(%error, "the task was closed already");
        }
    }
}

impl<S: ActivityService> ActivityService for Faulty<S> {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        let effect = self.service.poll(activity, worker);
        Box::pin(self.gate.poll(activity.name(), effect))
    }

    fn succeed<'a>(&'a self, token: &'a TaskToken, output: &'a Payload) -> ServiceFuture<'a, ()> {
        let effect = self.service.succeed(token, output);
        let close = self.close(token);
        Box::pin(self.gate.report(Operation::Succeed, token, effect, close))
    }

    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        let effect = self.service.fail(token, error, cause);
        let close = self.close(token);
        Box::pin(self.gate.report(Operation::Fail, token, effect, close))
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        let effect = self.service.heartbeat(token);
        let close = self.close(token);
        Box::pin(self.gate.report(Operation::Heartbeat, token, effect, close))
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        let effect = self.service.find(names);
        Box::pin(self.gate.call(Operation::Find, effect))
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        let effect = self.service.create(name);
        Box::pin(self.gate.call(Operation::Create, effect))
    }

    fn is_remote(&self) -> bool {
        self.service.is_remote()
    }
}
