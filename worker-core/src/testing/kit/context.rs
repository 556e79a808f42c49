//! Contexts and calls for tests that call a handler or an extractor directly.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::activity::Call;
use crate::blocking::BlockingPool;
use crate::context::{ActivityContext, CancelReason};
use crate::departure::Departure;
use crate::envelope::Envelope;
use crate::name::{ActivityName, NameError, WorkerName};
use crate::payload::Payload;
use crate::token::TaskToken;

/// Makes a context for calling a handler directly; see [`ContextBuilder`] for more.
///
/// # Errors
///
/// The text is not an activity name.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{ActivityContext, CancelReason, testing};
///
/// fn count(context: &ActivityContext) -> u64 {
///     (0..10).take_while(|_| context.check().is_ok()).count() as u64
/// }
///
/// let context = testing::context("count")?;
/// assert_eq!(count(&context), 10);
/// testing::cancel(&context, CancelReason::Deadline);
/// assert_eq!(count(&context), 0);
/// # Ok::<(), sfn_worker_core::NameError>(())
/// ```
pub fn context(activity: &str) -> Result<ActivityContext, NameError> {
    Ok(ContextBuilder::new(activity)?.build())
}

/// Cancels a context as the worker would.
pub fn cancel(context: &ActivityContext, reason: CancelReason) {
    context.cancel(reason);
}

/// Makes a call, for testing an extractor or a layer directly.
///
/// # Panics
///
/// The input cannot be encoded as JSON.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{FromCall, IdempotencyKey, testing};
///
/// let call = testing::call(testing::context("charge")?, 7);
/// assert!(!IdempotencyKey::from_call(&call)?.is_stable());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
#[track_caller]
pub fn call(context: ActivityContext, input: impl Serialize) -> Call {
    Call::new(encoded(&input), context, BlockingPool::default())
}

/// Builds a context for calling a handler directly: a method of an impl block, for example.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sfn_worker_core::{ActivityContext, Failure, testing::ContextBuilder};
///
/// struct Billing;
///
/// impl Billing {
///     async fn refund(&self, cents: u64, context: ActivityContext) -> Result<u32, Failure> {
///         let attempt = context.attempt().unwrap_or(1);
///         context.progress(cents, cents);
///         Ok(attempt)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let context = ContextBuilder::new("refund")?
///     .attempt(2)
///     .deadline(Duration::from_secs(30))
///     .build();
/// assert_eq!(Billing.refund(250, context.clone()).await?, 2);
/// assert_eq!(context.last_progress().done, 250);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ContextBuilder {
    activity: ActivityName,
    worker: WorkerName,
    token: TaskToken,
    input: Payload,
    envelope: Option<Envelope>,
    deadline: Option<Duration>,
    departure: Departure,
}

impl ContextBuilder {
    /// A context of this activity, without an envelope and without a deadline.
    ///
    /// # Errors
    ///
    /// The text is not an activity name.
    pub fn new(activity: &str) -> Result<Self, NameError> {
        Ok(Self {
            activity: activity.parse()?,
            worker: "test-worker".parse()?,
            token: TaskToken::new("test-token"),
            input: Payload::new("null"),
            envelope: None,
            deadline: None,
            departure: Departure::default(),
        })
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

    /// Sets the input of the task, which counts for its idempotency key.
    ///
    /// # Panics
    ///
    /// The input cannot be encoded as JSON.
    #[track_caller]
    pub fn input(mut self, input: impl Serialize) -> Self {
        self.input = encoded(&input);
        self
    }

    /// Sets the token of the task.
    pub fn token(mut self, token: &str) -> Self {
        self.token = TaskToken::new(token);
        self
    }

    /// Sets in how much time the time limit passes, from [`build`](Self::build) on. Nothing
    /// cancels the context then; [`ActivityTest`](super::ActivityTest) does.
    pub fn deadline(mut self, after: Duration) -> Self {
        self.deadline = Some(after);
        self
    }

    /// Lets the worker drain, with so much time left for the task.
    pub fn draining(self, time_left: Duration) -> Self {
        self.departure.takes(time_left);
        self.departure.begin();
        self
    }

    /// Makes the context.
    #[must_use]
    pub fn build(self) -> ActivityContext {
        let deadline = self.deadline.map(|after| Instant::now() + after);
        ActivityContext::new(
            self.activity,
            self.worker,
            self.token,
            deadline,
            self.departure,
        )
        .with_envelope(self.envelope, &self.input)
    }

    fn told(mut self, change: impl FnOnce(Envelope) -> Envelope) -> Self {
        let envelope = self.envelope.unwrap_or_else(super::envelope);
        self.envelope = Some(change(envelope));
        self
    }
}

/// The input as JSON.
#[track_caller]
pub(super) fn encoded(input: &impl Serialize) -> Payload {
    match Payload::encode(input) {
        Ok(payload) => payload,
        Err(error) => panic!("the input of the test cannot be encoded as JSON: {error}"),
    }
}
