//! One handler with a worker around it: `ActivityTest`.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::time::timeout;
use tower::{Layer, Service};

use super::context::encoded;
use super::run::TestRun;
use super::witness::{Plan, Witness};
use crate::activities::{Activities, ActivityEntry, ActivitySet};
use crate::activity::{Activity, Call};
use crate::context::CancelReason;
use crate::envelope::Envelope;
use crate::failure::IntoFailure;
use crate::payload::Payload;
use crate::testing::service::ScriptedService;
use crate::worker::{HandlerService, Worker, WorkerBuilder};

/// How long a handler may run in virtual time before the test is given up.
const PATIENCE: Duration = Duration::from_secs(24 * 3_600);

/// Runs one task through a handler, with the worker around it that it has in production, and
/// says what came of it.
///
/// Decoding, extractors, time limits, cancellation, panics, the size of the output and the
/// names of failures are those of the worker; the service is scripted, and with a paused clock
/// (`#[tokio::test(start_paused = true)]`) time costs nothing. While a blocking handler works,
/// the paused clock stands still, for up to five seconds of real time.
///
/// The task comes in an [`Envelope`] that tells an execution, a state and the first attempt,
/// unless the test says otherwise. Its input is `null` until one is set.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sfn_worker_core::testing::ActivityTest;
/// use sfn_worker_core::{ActivityContext, CancelReason, Failure, activity};
///
/// #[activity(timeout = "4m30s")]
/// async fn copy(files: Vec<String>, context: ActivityContext) -> Result<usize, Failure> {
///     for (done, _file) in files.iter().enumerate() {
///         tokio::time::sleep(Duration::from_secs(60)).await;
///         context.progress(done as u64 + 1, files.len() as u64);
///     }
///     Ok(files.len())
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let run = ActivityTest::of::<copy>().input(["a", "b"]).run().await;
/// run.assert_succeeded_with(2)
///     .assert_progress(2, 2)
///     .assert_took(Duration::from_secs(120));
///
/// let run = ActivityTest::of::<copy>().input(["a"; 9]).run().await;
/// run.assert_failed("States.Timeout").assert_progress(4, 9);
///
/// let run = ActivityTest::of::<copy>()
///     .input(["a", "b"])
///     .cancel_after(Duration::from_secs(90), CancelReason::LeaseLost)
///     .run()
///     .await;
/// run.assert_abandoned().assert_progress(1, 2);
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a test does nothing until `run` is called"]
pub struct ActivityTest {
    activity: String,
    service: ScriptedService,
    builder: WorkerBuilder,
    witness: Witness,
    input: Payload,
    envelope: Option<Envelope>,
    cancel: Option<(Duration, CancelReason)>,
    drain: Option<Duration>,
}

impl ActivityTest {
    /// A test of an activity.
    pub fn of<A: Activity>() -> Self {
        Self::with(A::NAME, WorkerBuilder::activity::<A>)
    }

    /// A test of an activity that is a method of a value.
    ///
    /// # Panics
    ///
    /// The value has no activity of this name.
    ///
    /// # Examples
    ///
    /// ```
    /// use sfn_worker_core::testing::ActivityTest;
    /// use sfn_worker_core::{Failure, activities, activity};
    ///
    /// struct Billing {
    ///     fee: u64,
    /// }
    ///
    /// #[activities(prefix = "billing-")]
    /// impl Billing {
    ///     #[activity]
    ///     async fn refund(&self, cents: u64) -> Result<u64, Failure> {
    ///         Ok(cents - self.fee)
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let test = ActivityTest::of_method(Billing { fee: 30 }, "billing-refund");
    /// test.input(250).run().await.assert_succeeded_with(220);
    /// # }
    /// ```
    #[track_caller]
    pub fn of_method<T: Activities>(value: T, activity: &str) -> Self {
        let set = ActivitySet::of::<T>();
        let names: Vec<&str> = set.iter().map(ActivityEntry::name).collect();
        assert!(
            names.contains(&activity),
            "there is no activity {activity} among those of the value: {}",
            names.join(", ")
        );
        Self::with(activity, |builder| builder.activities(value))
    }

    /// A test of an activity of this name, registered by whatever is done to the builder.
    pub fn with(
        activity: impl Into<String>,
        register: impl FnOnce(WorkerBuilder) -> WorkerBuilder,
    ) -> Self {
        let service = ScriptedService::new();
        let witness = Witness::default();
        let builder = Worker::builder(service.clone()).name("test-worker");
        Self {
            activity: activity.into(),
            service,
            // The outermost layer: what layers of the test do counts for the handler.
            builder: register(builder.layer(witness.clone())),
            witness,
            input: Payload::new("null"),
            envelope: Some(super::envelope()),
            cancel: None,
            drain: None,
        }
    }

    /// Sets the input: a value of the input's own type, or a `json!`.
    ///
    /// # Panics
    ///
    /// It cannot be encoded as JSON.
    #[track_caller]
    pub fn input(mut self, input: impl Serialize) -> Self {
        self.input = encoded(&input);
        self
    }

    /// Sets the text of the input, which need not be JSON. What is none reaches the worker
    /// without an envelope, since nothing can wrap it.
    pub fn input_text(mut self, text: &str) -> Self {
        self.input = Payload::new(text);
        self
    }

    /// Gives the handler a value that it takes as [`State<T>`](crate::State).
    pub fn state<T: Send + Sync + 'static>(self, value: T) -> Self {
        self.configure(|builder| builder.state(value))
    }

    /// Gives the handler a value that the test goes on to see.
    pub fn shared_state<T: Send + Sync + 'static>(self, value: Arc<T>) -> Self {
        self.configure(|builder| builder.shared_state(value))
    }

    /// Puts a `tower` layer around the handler.
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<HandlerService> + Send + 'static,
        L::Service: Service<Call, Response = Payload> + Clone + Send + Sync + 'static,
        <L::Service as Service<Call>>::Error: IntoFailure,
        <L::Service as Service<Call>>::Future: Send,
    {
        self.configure(|builder| builder.layer(layer))
    }

    /// Does something else to the worker.
    pub fn configure(mut self, change: impl FnOnce(WorkerBuilder) -> WorkerBuilder) -> Self {
        self.builder = change(self.builder);
        self
    }

    /// Sets which attempt at the state this is, from 1.
    pub fn attempt(self, attempt: u32) -> Self {
        self.told(|envelope| envelope.with_attempt(attempt))
    }

    /// Sets the ARN of the execution.
    pub fn execution(self, arn: &str) -> Self {
        self.told(|envelope| envelope.with_execution(arn))
    }

    /// Sets the name of the state.
    pub fn state_name(self, name: &str) -> Self {
        self.told(|envelope| envelope.with_state(name))
    }

    /// Sets the whole envelope.
    pub fn envelope(mut self, envelope: Envelope) -> Self {
        self.envelope = Some(envelope);
        self
    }

    /// Gives the task without an envelope.
    pub fn without_envelope(mut self) -> Self {
        self.envelope = None;
        self
    }

    /// Sets the time limit of the handler.
    pub fn deadline(self, limit: Duration) -> Self {
        self.set("TIMEOUT", limit)
    }

    /// Sets how often heartbeats go out; without it, what the attribute says.
    pub fn heartbeat(self, every: Duration) -> Self {
        self.set("HEARTBEAT", every)
    }

    /// Sets how long the handler may show no sign of life; without it, what the attribute says.
    pub fn stall_after(self, silence: Duration) -> Self {
        self.set("STALL_AFTER", silence)
    }

    /// Cancels the task while the handler runs, so long after it has begun.
    ///
    /// [`LeaseLost`](CancelReason::LeaseLost) closes the task for the service, too. A
    /// [`Deadline`](CancelReason::Deadline) is the time limit of the handler, as
    /// [`deadline`](Self::deadline) sets it.
    pub fn cancel_after(mut self, time: Duration, reason: CancelReason) -> Self {
        match reason {
            CancelReason::Deadline => return self.deadline(time),
            // So that the failure says how long that is.
            CancelReason::Stalled => self = self.stall_after(time),
            _ => {}
        }
        self.cancel = Some((time, reason));
        self
    }

    /// Lets the worker drain while the handler runs, so long after it has begun: the handler
    /// may go on for as long as polls are held and the grace period lasts.
    pub fn drain_after(mut self, time: Duration) -> Self {
        self.drain = Some(time);
        self
    }

    /// Runs the task.
    ///
    /// # Panics
    ///
    /// The worker cannot be built: a state is missing, for example. Or nothing comes of the
    /// task within a day.
    ///
    /// # Cancel safety
    ///
    /// Dropped midway, the worker is aborted.
    pub async fn run(self) -> TestRun {
        let input = match &self.envelope {
            Some(envelope) if self.input.decode::<serde::de::IgnoredAny>().is_ok() => {
                envelope.wrap(&self.input)
            }
            _ => self.input,
        };
        let task = self.service.offer(&self.activity, input.as_str());
        let worker = match self.builder.build() {
            Ok(worker) => worker,
            Err(error) => panic!("the worker of the test cannot be built: {error}"),
        };
        let shutdown = worker.shutdown_handle();
        self.witness.plans(Plan {
            cancel: self.cancel,
            drain: self.drain,
            task: task.clone(),
            shutdown: shutdown.clone(),
        });
        let over = async {
            task.closed().await;
            self.witness.ended().await;
        };
        let (_, over) = tokio::join!(worker.run(), async {
            let over = timeout(PATIENCE, over).await;
            shutdown.abort();
            over
        });
        assert!(over.is_ok(), "nothing has come of the task for a day");
        TestRun::new(&task, self.witness.seen(), self.service.ledger())
    }

    fn told(mut self, change: impl FnOnce(Envelope) -> Envelope) -> Self {
        let envelope = self.envelope.unwrap_or_else(super::envelope);
        self.envelope = Some(change(envelope));
        self
    }

    /// Overrides an option of the activity.
    fn set(self, option: &str, time: Duration) -> Self {
        let name = self.activity.to_uppercase();
        let name = name.replace(|character: char| !character.is_ascii_alphanumeric(), "_");
        let time = humantime::format_duration(time).to_string();
        let pair = (format!("SFN_WORKER_{name}_{option}"), time);
        self.configure(|builder| builder.settings([pair]))
    }
}
