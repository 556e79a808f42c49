//! Who answers the calls of Lambda functions and services: one small port, and those who come
//! with the engine.
//!
//! - [`MockConfig`]: results and errors from a file, in the format of Step Functions Local;
//! - `LambdaHandlers` (feature `http`): a URL answers a Lambda function;
//! - `HttpTasks` (feature `http`): `arn:aws:states:::http:invoke`;
//! - `Forward` (feature `forward`): signed calls to AWS or an emulator.
//!
//! A [`ServiceProvider`] is asked for each call and takes it up or leaves it to the next. In this
//! order: the mocks of the execution's test case ([`MockConfig`]), the providers that were given
//! to the builder, and the engine itself, which answers `states:startExecution` and the SDK
//! actions of its own service. A call that nobody takes up fails the execution with
//! `States.Runtime`, which no `Catch` can hide.

#[cfg(feature = "http")]
mod client;
#[cfg(feature = "http")]
mod endpoint;
#[cfg(feature = "forward")]
mod forward;
#[cfg(feature = "http")]
mod function;
#[cfg(feature = "http")]
mod lambda;
pub(crate) mod metadata;
mod mock;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;

#[cfg(feature = "http")]
pub use self::endpoint::HttpTasks;
#[cfg(feature = "forward")]
pub use self::forward::{Forward, ForwardError};
#[cfg(feature = "http")]
pub use self::function::LambdaHandlers;
pub(crate) use self::mock::MockProvider;
pub use self::mock::{MockConfig, MockConfigError};
use crate::arn::ExecutionArn;
use crate::asl::Resource;

/// Answers calls of Lambda functions and services.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use sfn_local_engine::asl::Resource;
/// use sfn_local_engine::{AnswerFuture, Engine, ServiceAnswer, ServiceCall, ServiceProvider};
///
/// /// Sends every message to nobody.
/// #[derive(Debug)]
/// struct Queue;
///
/// impl ServiceProvider for Queue {
///     fn answer(&self, call: &ServiceCall) -> Option<AnswerFuture> {
///         match call.resource() {
///             Resource::Service(action) if &*action.service == "sqs" => {}
///             _ => return None,
///         }
///         Some(Box::pin(async { Ok(ServiceAnswer::Result(json!({"MessageId": "1"}))) }))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let engine = Engine::builder().provider(Queue).build()?;
/// let machine = engine.create_state_machine(
///     "notify",
///     r#"{"StartAt": "Send", "States": {"Send": {"Type": "Task", "End": true,
///         "Resource": "arn:aws:states:::sqs:sendMessage",
///         "Parameters": {"QueueUrl": "http://localhost/q", "MessageBody.$": "$"}}}}"#,
/// )?;
/// let execution = engine.start_execution(&machine, None, "{}")?;
/// let end = engine.wait(&execution).await?;
/// assert_eq!(end.output.as_deref(), Some(r#"{"MessageId":"1"}"#));
/// # Ok(())
/// # }
/// ```
pub trait ServiceProvider: fmt::Debug + Send + Sync + 'static {
    /// Takes a call up, or leaves it to the next provider.
    ///
    /// The future runs on the engine's runtime. It is dropped when the execution wants the
    /// answer no more: stopped, timed out, or cut short by a branch that failed.
    fn answer(&self, call: &ServiceCall) -> Option<AnswerFuture>;
}

/// What a call comes to, in time.
pub type AnswerFuture =
    Pin<Box<dyn Future<Output = Result<ServiceAnswer, ServiceFailure>> + Send + 'static>>;

/// One call. Cloning is cheap.
#[derive(Clone)]
pub struct ServiceCall(Arc<Call>);

/// The parts of a call.
pub(crate) struct Call {
    pub(crate) resource: Resource,
    pub(crate) parameters: Arc<str>,
    pub(crate) role_arn: Option<Arc<str>>,
    pub(crate) execution: ExecutionArn,
    pub(crate) state_machine: Arc<str>,
    pub(crate) test_case: Option<Arc<str>>,
    pub(crate) state: Arc<str>,
    /// How often the state was tried in this execution before.
    pub(crate) invocation: u32,
    pub(crate) attempt: u32,
    /// Tells the execution that the call was answered and the task goes on.
    pub(crate) submit: mpsc::Sender<Value>,
}

/// How a call was answered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ServiceAnswer {
    /// The task is done, with this result.
    Result(Value),
    /// The call was answered with this, and whoever got the token will report on the task. Only
    /// for `.waitForTaskToken`; for any other resource it is the result.
    WaitsForToken(Value),
}

/// How a call failed, as `Retry` and `Catch` see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceFailure {
    /// The error name; whoever has a token may give none.
    pub error: Option<String>,
    /// The cause.
    pub cause: Option<String>,
    /// Nobody could answer: the execution fails with `States.Runtime`, and `error` is not looked
    /// at.
    pub(crate) unanswerable: bool,
}

impl ServiceCall {
    pub(crate) fn new(call: Call) -> Self {
        Self(Arc::new(call))
    }

    /// What is called.
    #[must_use]
    pub fn resource(&self) -> &Resource {
        &self.0.resource
    }

    /// The input of the function, or the parameters of the action.
    #[must_use]
    pub fn parameters(&self) -> Value {
        serde_json::from_str(&self.0.parameters).unwrap_or(Value::Null)
    }

    /// The same as JSON text.
    #[must_use]
    pub fn parameters_text(&self) -> &str {
        &self.0.parameters
    }

    /// The role of `Credentials`.
    #[must_use]
    pub fn role_arn(&self) -> Option<&str> {
        self.0.role_arn.as_deref()
    }

    /// The execution that calls.
    #[must_use]
    pub fn execution(&self) -> &ExecutionArn {
        &self.0.execution
    }

    /// The name of its state machine.
    #[must_use]
    pub fn state_machine(&self) -> &str {
        &self.0.state_machine
    }

    /// The name of the state that calls.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.0.state
    }

    /// How often this state called in this execution before: by retries, in a loop, or in other
    /// iterations of a Map.
    #[must_use]
    pub fn invocation(&self) -> u32 {
        self.0.invocation
    }

    /// How often `Retry` had the state try again in this visit.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.0.attempt
    }

    /// The test case of the execution, if it has one.
    #[must_use]
    pub fn test_case(&self) -> Option<&str> {
        self.0.test_case.as_deref()
    }

    /// Says that the call itself was answered while its job goes on, which is `TaskSubmitted` in
    /// the history. Only `.sync` and `.waitForTaskToken` know it, and only once.
    pub fn submit(&self, output: Value) {
        // The second one finds no room, or nobody who listens.
        let _ = self.0.submit.try_send(output);
    }
}

impl ServiceFailure {
    /// A failure with this error name and cause.
    pub fn new(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self {
            error: Some(error.into()),
            cause: Some(cause.into()),
            unanswerable: false,
        }
    }

    /// A failure without an error name, as whoever has a task token may report it.
    #[must_use]
    pub fn unnamed(cause: Option<String>) -> Self {
        Self {
            error: None,
            cause,
            unanswerable: false,
        }
    }

    /// There is no answer to this call, for this reason.
    pub(crate) fn unanswerable(reason: impl Into<String>) -> Self {
        Self {
            unanswerable: true,
            ..Self::new("States.Runtime", reason)
        }
    }
}

/// Shows no parameters: they may be secret.
impl fmt::Debug for ServiceCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceCall")
            .field("resource", &self.resource().as_str())
            .field("execution", self.execution())
            .field("state", &self.state())
            .field("invocation", &self.invocation())
            .finish_non_exhaustive()
    }
}
