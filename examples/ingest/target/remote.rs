//! AWS, or an endpoint that speaks its protocol.

mod connect;

use std::time::Duration;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::types::ExecutionStatus;
use sfn_worker_core::AwsService;
use sha2::{Digest as _, Sha256};

use super::{End, Failure};
use crate::args::Args;
use crate::problem::Problem;

/// `DescribeExecution` refills at 15 calls a second on AWS, for all open executions together.
const FIRST_LOOK: Duration = Duration::from_millis(100);
const LAST_LOOK: Duration = Duration::from_secs(3);

/// A Step Functions service.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    client: Client,
    activities: AwsService,
    role_arn: String,
    /// What was given on the command line, for messages.
    place: String,
}

impl Remote {
    pub(super) async fn connect(args: &Args) -> Result<Self, Problem> {
        connect::connect(args).await
    }

    pub(super) fn activities(&self) -> AwsService {
        self.activities.clone()
    }

    /// Makes sure that somebody answers, before anything depends on it.
    pub(super) async fn reach(&self) -> Result<(), Problem> {
        let answer = self.client.list_activities().max_results(1).send().await;
        answer
            .map(drop)
            .map_err(|error| self.refused("ListActivities", &error))
    }

    /// The name says what is in the definition, so a changed one never meets an old machine.
    pub(super) async fn create_state_machine(&self, definition: &str) -> Result<String, Problem> {
        let digest = Sha256::digest(format!("{}{definition}", self.role_arn));
        let version: String = digest[..4]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let created = self
            .client
            .create_state_machine()
            .name(format!("ingest-{version}"))
            .definition(definition)
            .role_arn(&self.role_arn)
            .send()
            .await
            .map_err(|error| self.refused("CreateStateMachine", &error))?;
        Ok(created.state_machine_arn)
    }

    pub(super) async fn start(&self, machine: &str, input: &str) -> Result<String, Problem> {
        let start = self
            .client
            .start_execution()
            .state_machine_arn(machine)
            .input(input);
        let started = start
            .send()
            .await
            .map_err(|error| self.refused("StartExecution", &error))?;
        Ok(started.execution_arn)
    }

    pub(super) async fn wait(&self, execution: &str) -> Result<End, Problem> {
        let mut pause = FIRST_LOOK;
        loop {
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(LAST_LOOK);
            let describe = self.client.describe_execution().execution_arn(execution);
            let now = describe
                .send()
                .await
                .map_err(|error| self.refused("DescribeExecution", &error))?;
            match (now.status, now.output) {
                (ExecutionStatus::Running, _) => {}
                (ExecutionStatus::Succeeded, Some(output)) => return Ok(End::Succeeded(output)),
                (status, _) => {
                    return Ok(End::Failed(Failure {
                        execution: execution.to_owned(),
                        status: status.as_str().to_owned(),
                        error: now.error,
                        cause: now.cause,
                    }));
                }
            }
        }
    }

    pub(super) async fn stop(&self, execution: &str) -> Result<(), Problem> {
        let stop = self
            .client
            .stop_execution()
            .execution_arn(execution)
            .error("Interrupted");
        let stopped = stop.send().await;
        stopped
            .map(drop)
            .map_err(|error| self.refused("StopExecution", &error))
    }

    /// One message that says what to do.
    fn refused<E>(&self, operation: &str, error: &SdkError<E>) -> Problem
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let place = &self.place;
        Problem::Service(match error {
            SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => format!(
                "nobody answers at {place}: {}; check the address, or start an engine there: \
                 cargo run -p sfn-worker-cli -- local",
                innermost(error),
            ),
            SdkError::ServiceError(refused) => {
                let code = refused.err().code().unwrap_or("an unnamed error");
                let message = refused.err().message().unwrap_or("no message");
                format!("{place} refuses {operation}: {code}: {message}")
            }
            _ => format!(
                "{operation} at {place} failed: {}",
                DisplayErrorContext(error)
            ),
        })
    }
}

/// The error at the end of the chain, which says what happened.
fn innermost(error: &dyn std::error::Error) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    chain.last().map_or_else(String::new, ToString::to_string)
}
