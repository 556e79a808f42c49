//! One text read and, if it is sound, run as far as it goes by itself.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use sfn_local_engine::asl::{Definition, MachineType};
use sfn_local_engine::machine::{Effect, Facts, Machine};

/// What the paths and calls look into.
const INPUT: &str = r#"{"a": [1, {"b": "c"}, [2, 3.5], null], "n": 2, "my-key": {"x y": true},
    "text": "ab,c", "json": "{\"k\": [1]}", "items": [{"id": 1, "tag": "x"}, {"id": 2}]}"#;

/// Reads a definition and runs it with this input.
pub(crate) fn definition(text: &str, input: &str) {
    for machine_type in [MachineType::Standard, MachineType::Express] {
        for diagnostic in Definition::diagnose(text, machine_type) {
            assert!(!diagnostic.to_string().is_empty());
        }
    }
    if let Ok(definition) = Definition::parse(text) {
        start(definition, input);
    }
}

/// Runs a Pass that has this text in a field.
pub(crate) fn field(name: &str, text: &str) {
    pass(&json!({"Type": "Pass", "End": true, name: text}));
}

/// Runs a Pass that fills a template with what this text stands for.
pub(crate) fn template(text: &str) {
    pass(&json!({"Type": "Pass", "End": true, "Parameters": {"value.$": text}}));
}

/// Runs a Choice over a variable.
pub(crate) fn choice(text: &str) {
    let rule = json!({"Variable": text, "StringMatches": "*a*", "Next": "End"});
    let machine = json!({"StartAt": "S", "States": {
        "S": {"Type": "Choice", "Choices": [rule], "Default": "End"},
        "End": {"Type": "Succeed"}}});
    definition(&machine.to_string(), INPUT);
}

/// Runs a Pass in JSONata with this expression as its output.
pub(crate) fn expression(text: &str) {
    let output = format!("{{% {text} %}}");
    pass(&json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": output, "End": true}));
}

fn pass(state: &Value) {
    let machine = json!({"StartAt": "S", "States": {"S": state}});
    definition(&machine.to_string(), INPUT);
}

/// Starts an execution and looks at its history: numbers without a gap, and an end at most once.
fn start(definition: Definition, input: &str) {
    let now = Timestamp::UNIX_EPOCH;
    let facts = Facts {
        execution_arn: "arn:aws:states:us-east-1:123456789012:execution:m:e".to_owned(),
        execution_name: "e".to_owned(),
        role_arn: "arn:aws:iam::123456789012:role/r".to_owned(),
        state_machine_arn: "arn:aws:states:us-east-1:123456789012:stateMachine:m".to_owned(),
        state_machine_name: "m".to_owned(),
        input: input.into(),
        start_time: now,
        express: false,
        seed: 1,
    };
    let (machine, effects) = Machine::start(Arc::new(definition), facts, now);
    let mut last = 0;
    let mut closed = 0;
    for effect in &effects {
        match effect {
            Effect::Record(event) => {
                assert_eq!(event.id, last + 1);
                assert!(event.previous_event_id < event.id);
                last = event.id;
            }
            Effect::Close(_) => closed += 1,
            _ => {}
        }
    }
    assert_eq!(closed, i32::from(machine.is_closed()));
}
