//! The embedded engine with the harness's activities in it.

use serde_json::Value;
use sfn_local_engine::{
    AbandonedPolls, Engine, ExecutionArn, ExecutionDescription, StateMachineArn,
};
use sfn_worker_core::{Worker, WorkerBuilder};

use crate::bounded;

/// An engine, and what tests ask of it.
#[derive(Debug, Clone)]
pub struct Rig {
    /// The engine.
    pub engine: Engine,
}

impl Rig {
    /// An engine in which these activities exist.
    ///
    /// # Panics
    ///
    /// One of them is not an activity name.
    #[must_use]
    pub fn new(abandoned: AbandonedPolls, activities: &[&str]) -> Self {
        let engine = Engine::builder().abandoned_polls(abandoned).build();
        let engine = engine.unwrap_or_else(|error| panic!("{error}"));
        for activity in activities {
            if let Err(error) = engine.create_activity(activity) {
                panic!("{error}");
            }
        }
        Self { engine }
    }

    /// Begins to build a worker on the engine.
    pub fn worker(&self) -> WorkerBuilder {
        Worker::builder(self.engine.activity_service()).name("test-worker")
    }

    /// Creates a state machine; `activity:NAME` in the definition stands for the ARN.
    ///
    /// # Panics
    ///
    /// The definition has problems.
    #[must_use]
    pub fn machine(&self, name: &str, definition: &Value) -> StateMachineArn {
        let prefix = format!(
            "arn:aws:states:{}:{}:activity:",
            self.engine.region(),
            self.engine.account()
        );
        let definition = definition.to_string().replace("activity:", &prefix);
        self.engine
            .create_state_machine(name, &definition)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Starts an execution.
    ///
    /// # Panics
    ///
    /// It does not start.
    #[must_use]
    pub fn start(&self, machine: &StateMachineArn, input: &Value) -> ExecutionArn {
        self.engine
            .start_execution(machine, None, &input.to_string())
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Waits until an execution is over.
    ///
    /// # Panics
    ///
    /// It does not end.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only waits.
    pub async fn ended(&self, execution: &ExecutionArn) -> ExecutionDescription {
        bounded(self.engine.wait(execution))
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The types of the events of an execution.
    ///
    /// # Panics
    ///
    /// There is no such execution.
    #[must_use]
    pub fn event_types(&self, execution: &ExecutionArn) -> Vec<String> {
        let history = self
            .engine
            .history(execution)
            .unwrap_or_else(|error| panic!("{error}"));
        history
            .iter()
            .map(|event| event.details.event_type().to_owned())
            .collect()
    }
}
