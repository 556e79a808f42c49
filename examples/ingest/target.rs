//! Where the state machine is executed: in this process, or by a service.

mod embedded;
mod remote;

use std::collections::BTreeMap;

use sfn_worker_core::{ActivityArn, ActivityName, ActivityService, Worker, WorkerBuilder};

use self::embedded::Embedded;
use self::remote::Remote;
use crate::args::Args;
use crate::definition::Definition;
use crate::problem::Problem;

/// Where the state machine is executed. Clones are handles of the same place.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// An engine in this process.
    Embedded(Embedded),
    /// AWS, or an endpoint that speaks its protocol.
    Remote(Remote),
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// It succeeded with this output.
    Succeeded(String),
    /// It did not.
    Failed(Failure),
}

/// What an execution that did not succeed says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Failure {
    /// The ARN of the execution.
    pub(crate) execution: String,
    /// The status, such as `FAILED`.
    pub(crate) status: String,
    /// The error name, if it has one.
    pub(crate) error: Option<String>,
    /// The cause, if it has one.
    pub(crate) cause: Option<String>,
}

/// What only an engine in this process counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct EngineCounts {
    /// States that were entered.
    pub(crate) states_entered: u64,
    /// Tasks that were done.
    pub(crate) tasks_done: u64,
    /// States that were tried again.
    pub(crate) retries: u64,
}

impl Target {
    /// Builds the engine, or connects to the service.
    pub(crate) async fn open(args: &Args) -> Result<Self, Problem> {
        if args.aws || args.endpoint.is_some() {
            Ok(Self::Remote(Remote::connect(args).await?))
        } else {
            Ok(Self::Embedded(Embedded::new()?))
        }
    }

    /// A worker that gets its tasks from here.
    pub(crate) fn worker(&self) -> WorkerBuilder {
        match self {
            Self::Embedded(embedded) => Worker::builder(embedded.activities()),
            Self::Remote(remote) => Worker::builder(remote.activities()),
        }
    }

    /// Creates the activities and the state machine, where they are missing.
    pub(crate) async fn create(
        &mut self,
        definition: &Definition,
        activities: &[&str],
    ) -> Result<BTreeMap<ActivityName, ActivityArn>, Problem> {
        let arns = match self {
            Self::Embedded(embedded) => create_all(&embedded.activities(), activities).await,
            Self::Remote(remote) => create_all(remote.activities(), activities)
                .await
                .map_err(|error| remote.explain("CreateActivity", &error)),
        }?;
        let definition = definition
            .with_arns(&arns)
            .map_err(|error| Problem::Service(error.to_string()))?;
        match self {
            Self::Embedded(embedded) => embedded.create_state_machine(&definition)?,
            Self::Remote(remote) => remote.create_state_machine(&definition).await?,
        }
        Ok(arns)
    }
}
