//! A whole worker beside a test: `TestWorker`, and `RunningWorker` on any service.

use std::sync::Arc;

use serde::Serialize;
use tokio::task::JoinSet;

use super::context::encoded;
use crate::activities::Activities;
use crate::activity::{Activity, ActivityOptions};
use crate::envelope::Envelope;
use crate::testing::service::ScriptedService;
use crate::testing::task::ScriptedTask;
use crate::worker::{ShutdownHandle, Summary, Worker, WorkerBuilder};

/// Begins to build a worker on a scripted service, to run beside the test.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::testing::{self, Fault, Operation, ScriptedService};
/// use sfn_worker_core::{Failure, activity};
///
/// #[activity]
/// async fn double(number: u64) -> Result<u64, Failure> {
///     Ok(number * 2)
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let service = ScriptedService::new();
/// service.faults().next_n(Operation::Succeed, 3, Fault::Throttled);
/// let mut worker = testing::worker(&service).activity::<double>().start();
///
/// let task = worker.offer::<double>(21);
/// task.answer().await.assert_succeeded_with(42);
///
/// assert_eq!(worker.drain().await.total().succeeded, 1);
/// worker.assert_nothing_lost();
/// # }
/// ```
pub fn worker(service: &ScriptedService) -> TestWorkerBuilder {
    TestWorkerBuilder {
        service: service.clone(),
        builder: Worker::builder(service.clone()).name("test-worker"),
    }
}

/// Starts a worker of any kind beside the test, on the embedded engine for example.
///
/// # Panics
///
/// The worker does not build, or there is no Tokio runtime.
#[must_use]
#[track_caller]
pub fn start(builder: WorkerBuilder) -> RunningWorker {
    let worker = match builder.build() {
        Ok(worker) => worker,
        Err(error) => panic!("the worker of the test cannot be built: {error}"),
    };
    let shutdown = worker.shutdown_handle();
    let mut running = JoinSet::new();
    running.spawn(worker.run());
    RunningWorker {
        shutdown,
        running,
        summary: None,
    }
}

/// Builds a [`TestWorker`].
#[derive(Debug)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct TestWorkerBuilder {
    service: ScriptedService,
    builder: WorkerBuilder,
}

/// A worker on a scripted service that runs beside the test, and ends with it.
#[derive(Debug)]
pub struct TestWorker {
    service: ScriptedService,
    worker: RunningWorker,
}

/// A worker that runs beside the test, and ends with it.
#[derive(Debug)]
pub struct RunningWorker {
    shutdown: ShutdownHandle,
    running: JoinSet<Summary>,
    /// There once the worker has ended.
    summary: Option<Summary>,
}

impl TestWorkerBuilder {
    /// Registers an activity.
    pub fn activity<A: Activity>(self) -> Self {
        self.configure(WorkerBuilder::activity::<A>)
    }

    /// Registers an activity with options that win over those of its attribute.
    pub fn activity_with<A: Activity>(self, options: ActivityOptions) -> Self {
        self.configure(|builder| builder.activity_with::<A>(options))
    }

    /// Registers the methods of a value.
    pub fn activities<T: Activities>(self, value: T) -> Self {
        self.configure(|builder| builder.activities(value))
    }

    /// Gives the handlers a value to share.
    pub fn state<T: Send + Sync + 'static>(self, value: T) -> Self {
        self.configure(|builder| builder.state(value))
    }

    /// Gives the handlers a value to share that the test goes on to see.
    pub fn shared_state<T: Send + Sync + 'static>(self, value: Arc<T>) -> Self {
        self.configure(|builder| builder.shared_state(value))
    }

    /// Does anything else to the builder of the worker.
    pub fn configure(mut self, change: impl FnOnce(WorkerBuilder) -> WorkerBuilder) -> Self {
        self.builder = change(self.builder);
        self
    }

    /// Starts the worker.
    ///
    /// # Panics
    ///
    /// The worker does not build, or there is no Tokio runtime.
    #[must_use]
    #[track_caller]
    pub fn start(self) -> TestWorker {
        TestWorker {
            service: self.service,
            worker: start(self.builder),
        }
    }
}

impl TestWorker {
    /// Offers a task of an activity, without an envelope.
    ///
    /// # Panics
    ///
    /// The input cannot be encoded as JSON.
    #[must_use]
    #[track_caller]
    pub fn offer<A: Activity>(&self, input: impl Serialize) -> ScriptedTask {
        self.service.offer(A::NAME, encoded(&input).as_str())
    }

    /// Offers a task of the activity of this name, a method for example.
    ///
    /// # Panics
    ///
    /// The text is not an activity name, or the input cannot be encoded as JSON.
    #[must_use]
    #[track_caller]
    pub fn offer_to(&self, activity: &str, input: impl Serialize) -> ScriptedTask {
        self.service.offer(activity, encoded(&input).as_str())
    }

    /// Offers a task of an activity in an envelope.
    ///
    /// # Panics
    ///
    /// The input cannot be encoded as JSON.
    #[must_use]
    #[track_caller]
    pub fn offer_in<A: Activity>(
        &self,
        envelope: &Envelope,
        input: impl Serialize,
    ) -> ScriptedTask {
        let input = envelope.wrap(&encoded(&input));
        self.service.offer(A::NAME, input.as_str())
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &ScriptedService {
        &self.service
    }

    /// What stops the worker.
    #[must_use]
    pub fn shutdown(&self) -> &ShutdownHandle {
        self.worker.shutdown()
    }

    /// Drains the worker, waits for its end and says what it did.
    ///
    /// # Panics
    ///
    /// The worker panicked.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the worker goes on to drain.
    pub async fn drain(&mut self) -> Summary {
        self.worker.drain().await
    }

    /// Aborts the worker, waits for its end and says what it did.
    ///
    /// # Panics
    ///
    /// The worker panicked.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the worker goes on to end.
    pub async fn abort(&mut self) -> Summary {
        self.worker.abort().await
    }

    /// Asserts what must hold whatever happened, when the worker has ended: no task is lost,
    /// none answered twice, no calls overlap, and nothing is sent for a task that is closed.
    ///
    /// # Panics
    ///
    /// Something of it does not hold; the message tells the whole story of each task concerned.
    #[track_caller]
    pub fn assert_nothing_lost(&self) {
        self.service.ledger().assert_nothing_lost();
    }
}

impl RunningWorker {
    /// What stops the worker.
    #[must_use]
    pub fn shutdown(&self) -> &ShutdownHandle {
        &self.shutdown
    }

    /// Drains the worker, waits for its end and says what it did.
    ///
    /// # Panics
    ///
    /// The worker panicked.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the worker goes on to drain.
    pub async fn drain(&mut self) -> Summary {
        self.shutdown.drain();
        self.ended().await
    }

    /// Aborts the worker, waits for its end and says what it did.
    ///
    /// # Panics
    ///
    /// The worker panicked.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the worker goes on to end.
    pub async fn abort(&mut self) -> Summary {
        self.shutdown.abort();
        self.ended().await
    }

    /// Waits until the worker has ended and says what it did.
    ///
    /// # Panics
    ///
    /// The worker panicked.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only waits.
    pub async fn ended(&mut self) -> Summary {
        if self.summary.is_none() {
            match self.running.join_next().await {
                Some(Ok(summary)) => self.summary = Some(summary),
                ended => panic!("the worker did not end by itself: {ended:?}"),
            }
        }
        self.summary.clone().unwrap_or_default()
    }
}
