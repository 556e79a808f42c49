//! Where the state machine is executed: in this process, or by a service.

mod embedded;
mod remote;

use std::collections::BTreeMap;

use serde::Serialize;
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
    Remote(Box<Remote>),
}

/// A state machine that exists; executions of it can be started.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    target: Target,
    arn: String,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct EngineCounts {
    /// States that were entered.
    pub(crate) states_entered: u64,
    /// Tasks that were done.
    pub(crate) tasks_done: u64,
    /// Tasks that failed or ran out of time; a retry or a catch may have followed.
    pub(crate) tasks_failed: u64,
    /// Tasks that were tried again.
    pub(crate) retries: u64,
}

impl Target {
    /// Builds the engine, or connects to the service.
    pub(crate) async fn open(args: &Args) -> Result<Self, Problem> {
        if args.aws || args.endpoint.is_some() {
            Ok(Self::Remote(Box::new(Remote::connect(args).await?)))
        } else {
            Ok(Self::Embedded(Embedded::new()?))
        }
    }

    /// Creates the activities, where they are missing.
    pub(crate) async fn create_activities(
        &self,
        names: &[&str],
    ) -> Result<BTreeMap<ActivityName, ActivityArn>, Problem> {
        match self {
            Self::Embedded(embedded) => create(&embedded.activities(), names).await,
            Self::Remote(remote) => {
                remote.reach().await?;
                create(&remote.activities(), names).await
            }
        }
    }

    /// Creates the state machine, where it is missing.
    pub(crate) async fn create_machine(
        &self,
        definition: &Definition,
        activities: &BTreeMap<ActivityName, ActivityArn>,
    ) -> Result<Machine, Problem> {
        let definition = definition.with_arns(activities);
        let arn = match self {
            Self::Embedded(embedded) => embedded.create_state_machine(&definition),
            Self::Remote(remote) => remote.create_state_machine(&definition).await,
        }?;
        let target = self.clone();
        Ok(Machine { target, arn })
    }

    /// A worker that gets its tasks from here.
    pub(crate) fn worker(&self) -> WorkerBuilder {
        match self {
            Self::Embedded(embedded) => Worker::builder(embedded.activities()),
            Self::Remote(remote) => Worker::builder(remote.activities()),
        }
    }

    /// Answers the open polls of a worker that drains, where there is nothing to lose.
    pub(crate) fn close_polls(&self) {
        if let Self::Embedded(embedded) = self {
            embedded.close_polls();
        }
    }

    /// Whether a drain waits for a service that holds polls.
    pub(crate) fn holds_polls(&self) -> bool {
        matches!(self, Self::Remote(_))
    }

    /// What the engine counted, if it is in this process.
    pub(crate) fn counts(&self) -> Option<EngineCounts> {
        match self {
            Self::Embedded(embedded) => Some(embedded.counts()),
            Self::Remote(_) => None,
        }
    }
}

impl Machine {
    /// Starts an execution and returns its ARN.
    pub(crate) async fn start(&self, input: &str) -> Result<String, Problem> {
        match &self.target {
            Target::Embedded(embedded) => embedded.start(&self.arn, input),
            Target::Remote(remote) => remote.start(&self.arn, input).await,
        }
    }

    /// Waits until an execution is over.
    pub(crate) async fn wait(&self, execution: &str) -> Result<End, Problem> {
        match &self.target {
            Target::Embedded(embedded) => embedded.wait(execution).await,
            Target::Remote(remote) => remote.wait(execution).await,
        }
    }

    /// Stops an execution that nobody works on any more.
    pub(crate) async fn stop(&self, execution: &str) -> Result<(), Problem> {
        match &self.target {
            Target::Embedded(embedded) => embedded.stop(execution),
            Target::Remote(remote) => remote.stop(execution).await,
        }
    }
}

/// Creates activities through the worker's port, which finds those that exist.
async fn create(
    service: &impl ActivityService,
    names: &[&str],
) -> Result<BTreeMap<ActivityName, ActivityArn>, Problem> {
    let mut arns = BTreeMap::new();
    for name in names {
        let wrong = |error: &dyn std::error::Error| {
            Problem::Service(format!("failed to create activity {name}: {error}"))
        };
        let name: ActivityName = name.parse().map_err(|error| wrong(&error))?;
        let arn = service.create(&name).await.map_err(|error| wrong(&error))?;
        arns.insert(name, arn);
    }
    Ok(arns)
}
