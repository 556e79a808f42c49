//! The service's JSON protocol: for unmodified AWS clients over HTTP, and in process.
//!
//! [`Api::call`] is the one way in: an operation's name and the body that a client would send,
//! and the body that the service would answer. The HTTP server ([`Engine::serve`]) adds only
//! what HTTP needs.

mod activities;
mod error;
mod executions;
mod history;
mod map_runs;
mod page;
mod request;
mod server;
mod settings;
mod state_machines;
mod tags;
mod tasks;
#[cfg(test)]
mod tests;
mod validation;

use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use self::error::ApiError;
use self::request::Request;
use crate::engine::Engine;

/// The operations of the service that this engine does not have yet.
const NOT_SUPPORTED_YET: [&str; 10] = [
    "CreateStateMachineAlias",
    "DeleteStateMachineAlias",
    "DeleteStateMachineVersion",
    "DescribeStateMachineAlias",
    "ListStateMachineAliases",
    "ListStateMachineVersions",
    "PublishStateMachineVersion",
    "RedriveExecution",
    "TestState",
    "UpdateStateMachineAlias",
];

/// The operations of the service on one engine.
///
/// # Examples
///
/// ```
/// use sfn_local_engine::{Api, Engine};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sfn_local_engine::ApiError> {
/// let api = Api::new(Engine::new());
/// let created = api.call("CreateActivity", br#"{"name": "charge-card"}"#).await?;
/// assert_eq!(
///     created["activityArn"],
///     "arn:aws:states:us-east-1:123456789012:activity:charge-card"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Api {
    engine: Engine,
}

impl Api {
    /// The operations on this engine.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self { engine }
    }

    /// Carries out one operation, such as `StartExecution`, with the JSON body of its request.
    ///
    /// # Errors
    ///
    /// What the service answers instead: an error code, a message and an HTTP status.
    ///
    /// # Cancel safety
    ///
    /// Only `GetActivityTask` and `StartSyncExecution` wait. The former, dropped while it does, is
    /// an abandoned poll, treated as
    /// [`EngineBuilder::abandoned_polls`](crate::EngineBuilder::abandoned_polls) says; the
    /// execution of the latter goes on.
    pub async fn call(&self, operation: &str, body: &[u8]) -> Result<Value, ApiError> {
        let engine = &self.engine;
        let request = || Request::read(body);
        match operation {
            "CreateActivity" => activities::create(engine, request()?),
            "DeleteActivity" => activities::delete(engine, request()?),
            "DescribeActivity" => activities::describe(engine, request()?),
            "ListActivities" => activities::list(engine, request()?),

            "GetActivityTask" => tasks::get(engine, request()?).await,
            "SendTaskSuccess" => tasks::succeed(engine, request()?),
            "SendTaskFailure" => tasks::fail(engine, request()?),
            "SendTaskHeartbeat" => tasks::heartbeat(engine, request()?),

            "CreateStateMachine" => state_machines::create(engine, request()?),
            "UpdateStateMachine" => state_machines::update(engine, request()?),
            "DeleteStateMachine" => state_machines::delete(engine, request()?),
            "DescribeStateMachine" => state_machines::describe(engine, request()?),
            "ListStateMachines" => state_machines::list(engine, request()?),
            "DescribeStateMachineForExecution" => {
                state_machines::describe_for_execution(engine, request()?)
            }

            "ValidateStateMachineDefinition" => validation::validate(request()?),

            "StartExecution" => executions::start(engine, request()?),
            "StartSyncExecution" => executions::start_sync(engine, request()?).await,
            "StopExecution" => executions::stop(engine, request()?),
            "DescribeExecution" => executions::describe(engine, request()?),
            "ListExecutions" => executions::list(engine, request()?),
            "GetExecutionHistory" => history::get(engine, request()?),

            "ListMapRuns" => map_runs::list(engine, request()?),
            "DescribeMapRun" => map_runs::describe(engine, request()?),
            "UpdateMapRun" => map_runs::update(engine, request()?),

            "TagResource" => tags::tag(engine, request()?),
            "UntagResource" => tags::untag(engine, request()?),
            "ListTagsForResource" => tags::list(engine, request()?),

            other => Err(ApiError::unknown_operation(
                other,
                NOT_SUPPORTED_YET.contains(&other),
            )),
        }
    }
}

impl Engine {
    /// Serves the protocol over HTTP until the token is cancelled. Open polls are then answered
    /// without a task, and requests that are being answered are finished.
    ///
    /// # Errors
    ///
    /// The listener broke.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it stops listening; requests that are being answered are cut off.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> std::io::Result<()> {
        server::serve(Api::new(self.clone()), listener, shutdown).await
    }
}

/// A time as the protocol writes it: seconds since the epoch, with milliseconds.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of any date are far below 2^53"
)]
fn epoch_seconds(at: Timestamp) -> Value {
    (at.as_millisecond() as f64 / 1_000.0).into()
}
