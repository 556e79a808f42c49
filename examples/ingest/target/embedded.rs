//! The engine in this process.

use std::fmt::Display;

use sfn_local_engine::{Engine, EngineActivities, ExecutionArn, ExecutionStatus};

use super::{End, EngineCounts, Failure};
use crate::problem::Problem;

/// The engine in this process.
#[derive(Debug, Clone)]
pub(crate) struct Embedded {
    engine: Engine,
}

impl Embedded {
    pub(super) fn new() -> Result<Self, Problem> {
        let engine = Engine::builder().build().map_err(refused)?;
        Ok(Self { engine })
    }

    pub(super) fn activities(&self) -> EngineActivities {
        self.engine.activity_service()
    }

    pub(super) fn create_state_machine(&self, definition: &str) -> Result<String, Problem> {
        let created = self.engine.create_state_machine("ingest", definition);
        Ok(created.map_err(refused)?.to_string())
    }

    pub(super) fn start(&self, machine: &str, input: &str) -> Result<String, Problem> {
        let machine = machine.parse().map_err(refused)?;
        let started = self.engine.start_execution(&machine, None, input);
        Ok(started.map_err(refused)?.to_string())
    }

    pub(super) async fn wait(&self, execution: &str) -> Result<End, Problem> {
        let end = self.engine.wait(&arn(execution)?).await.map_err(refused)?;
        if let (ExecutionStatus::Succeeded, Some(output)) = (end.status, &end.output) {
            return Ok(End::Succeeded(output.as_ref().to_owned()));
        }
        Ok(End::Failed(Failure {
            execution: execution.to_owned(),
            status: end.status.to_string(),
            error: end.error,
            cause: end.cause,
        }))
    }

    pub(super) fn stop(&self, execution: &str) -> Result<(), Problem> {
        let execution = arn(execution)?;
        let stopped = self
            .engine
            .stop_execution(&execution, Some("Interrupted"), None);
        stopped.map(drop).map_err(refused)
    }

    pub(super) fn close_polls(&self) {
        self.engine.close_polls();
    }

    pub(super) fn counts(&self) -> EngineCounts {
        let counters = *self.engine.counters().borrow();
        EngineCounts {
            states_entered: counters.states_entered,
            tasks_done: counters.tasks_succeeded,
            tasks_failed: counters.tasks_failed + counters.tasks_timed_out,
            retries: counters.retries,
        }
    }
}

fn arn(execution: &str) -> Result<ExecutionArn, Problem> {
    execution.parse().map_err(refused)
}

fn refused(error: impl Display) -> Problem {
    Problem::Service(format!("the embedded engine refuses: {error}"))
}
