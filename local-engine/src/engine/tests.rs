//! The engine with a worker made by hand, in virtual time but for the races.

mod calls;
mod executions;
mod express;
mod map_runs;
mod polls;
mod races;
mod tasks;

use std::time::Duration;

use sfn_worker_core::{
    ActivityArn, ActivityService as _, Disposition, ErrorName, Payload, WorkerName,
};
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::arn::{ExecutionArn, StateMachineArn};
use crate::{AbandonedPolls, EngineActivities};

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Result":7,"End":true}}}"#;

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// An engine with one activity and a machine whose only state is a task of it.
struct Fixture {
    engine: Engine,
    service: EngineActivities,
    activity: ActivityArn,
    machine: StateMachineArn,
    worker: WorkerName,
}

impl Fixture {
    fn new(fields: &str) -> Self {
        Self::with(fields, AbandonedPolls::Release)
    }

    fn with(fields: &str, mode: AbandonedPolls) -> Self {
        let engine = Engine::builder().abandoned_polls(mode).build().unwrap();
        let activity = engine.create_activity("charge-card").unwrap();
        let definition = format!(
            r#"{{"StartAt":"Charge","States":{{"Charge":
               {{"Type":"Task","Resource":"{activity}"{fields},"End":true}}}}}}"#
        );
        let machine = engine.create_state_machine("orders", &definition).unwrap();
        Self {
            service: engine.activity_service(),
            engine,
            activity,
            machine,
            worker: "w-1".parse().unwrap(),
        }
    }

    fn start(&self, input: &str) -> ExecutionArn {
        self.engine
            .start_execution(&self.machine, None, input)
            .unwrap()
    }

    async fn poll(&self) -> Option<sfn_worker_core::PolledTask> {
        self.service
            .poll(&self.activity, &self.worker)
            .await
            .unwrap()
    }

    async fn end(&self, execution: &ExecutionArn) -> ExecutionDescription {
        timeout(seconds(1_000_000), self.engine.wait(execution))
            .await
            .unwrap()
            .unwrap()
    }

    fn event_types(&self, execution: &ExecutionArn) -> Vec<&'static str> {
        let history = self.engine.history(execution).unwrap();
        history.iter().map(|event| event.event_type()).collect()
    }
}

fn output(json: &str) -> Payload {
    Payload::new(json)
}
