//! Distributed Maps: child executions, limits, results, and the end of a run before its time.

mod children;
mod endings;
mod expressions;
mod files;
mod limits;

use serde_json::{Value, json};

use super::*;
use crate::MemoryObjects;

/// A Map of child executions with this processor of one state.
fn map(item: &Value, fields: &Value) -> Value {
    let mut state = json!({"Type": "Map", "End": true, "Label": "Each", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Item", "States": {"Item": item}}});
    let fields = fields.as_object().unwrap().clone();
    state.as_object_mut().unwrap().extend(fields);
    json!({"StartAt": "M", "States": {"M": state}})
}

fn pass() -> Value {
    json!({"Type": "Pass", "End": true})
}

fn wait(seconds: u64) -> Value {
    json!({"Type": "Wait", "Seconds": seconds, "End": true})
}

/// Succeeds with items up to 9 and fails with greater ones.
fn picky() -> Value {
    json!({"StartAt": "Small?", "States": {
        "Small?": {"Type": "Choice", "Default": "Broken",
            "Choices": [{"Variable": "$", "NumericLessThan": 10, "Next": "Fine"}]},
        "Fine": {"Type": "Succeed"},
        "Broken": {"Type": "Fail", "Error": "TooLarge", "Cause": "no room"}}})
}

fn picky_map(fields: &Value) -> Value {
    let mut definition = map(&pass(), fields);
    let processor = &mut definition["States"]["M"]["ItemProcessor"];
    for (field, value) in picky().as_object().unwrap() {
        processor[field] = value.clone();
    }
    definition
}

struct Run {
    engine: Engine,
    machine: StateMachineArn,
    execution: ExecutionArn,
}

impl Run {
    fn start(definition: &Value, input: &Value) -> Self {
        Self::over(MemoryObjects::new(), definition, input)
    }

    fn over(objects: MemoryObjects, definition: &Value, input: &Value) -> Self {
        let engine = Engine::builder().objects(objects).build().unwrap();
        Self::on(engine, definition, input)
    }

    fn on(engine: Engine, definition: &Value, input: &Value) -> Self {
        let machine = engine
            .create_state_machine("orders", &definition.to_string())
            .unwrap();
        let execution = engine
            .start_execution(&machine, None, &input.to_string())
            .unwrap();
        Self {
            engine,
            machine,
            execution,
        }
    }

    async fn end(&self) -> ExecutionDescription {
        timeout(seconds(1_000_000), self.engine.wait(&self.execution))
            .await
            .unwrap()
            .unwrap()
    }

    async fn output(&self) -> Value {
        let end = self.end().await;
        assert_eq!(end.status, ExecutionStatus::Succeeded, "{end:?}");
        serde_json::from_str(&end.output.unwrap()).unwrap()
    }

    fn types(&self) -> Vec<&'static str> {
        let history = self.engine.history(&self.execution).unwrap();
        history.iter().map(|event| event.event_type()).collect()
    }

    fn map_run(&self) -> MapRunDescription {
        self.engine.map_runs(&self.execution).unwrap().remove(0)
    }
}
