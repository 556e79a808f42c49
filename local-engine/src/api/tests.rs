//! The protocol in process and in virtual time, one file for each family of rules.

mod activities;
mod executions;
mod lists;
mod map_runs;
mod state_machines;
mod tasks;
mod validation;

use serde_json::json;

use super::*;

const PASS: &str = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Result":7,"End":true}}}"#;
const ROLE: &str = "arn:aws:iam::123456789012:role/r";

fn api() -> Api {
    Api::new(Engine::new())
}

async fn ok(api: &Api, operation: &str, request: Value) -> Value {
    let body = request.to_string();
    match api.call(operation, body.as_bytes()).await {
        Ok(answer) => answer,
        Err(error) => panic!("{operation} was refused: {error}"),
    }
}

async fn refused(api: &Api, operation: &str, request: Value) -> ApiError {
    let body = request.to_string();
    match api.call(operation, body.as_bytes()).await {
        Ok(answer) => panic!("{operation} was accepted: {answer}"),
        Err(error) => error,
    }
}

async fn machine(api: &Api, name: &str, definition: &str) -> String {
    let request = json!({ "name": name, "definition": definition, "roleArn": ROLE });
    let created = ok(api, "CreateStateMachine", request).await;
    created["stateMachineArn"].as_str().unwrap().to_owned()
}

async fn start(api: &Api, machine: &str, name: &str) -> String {
    let request = json!({ "stateMachineArn": machine, "name": name });
    let started = ok(api, "StartExecution", request).await;
    started["executionArn"].as_str().unwrap().to_owned()
}

/// An activity, and a machine with one task of it.
async fn task_machine(api: &Api) -> (String, String) {
    let created = ok(api, "CreateActivity", json!({ "name": "charge" })).await;
    let activity = created["activityArn"].as_str().unwrap().to_owned();
    let definition = json!({ "StartAt": "A", "States": {
        "A": { "Type": "Task", "Resource": activity, "TimeoutSeconds": 100, "End": true } } });
    let machine = machine(api, "orders", &definition.to_string()).await;
    (activity, machine)
}

/// The `key` of every item, over all pages of two.
async fn pages(
    api: &Api,
    operation: &str,
    mut request: Value,
    list: &str,
    key: &str,
) -> Vec<Value> {
    request["maxResults"] = 2.into();
    let mut keys = Vec::new();
    loop {
        let mut page = ok(api, operation, request.clone()).await;
        let items = page[list].as_array().unwrap();
        assert!((1..=2).contains(&items.len()));
        keys.extend(items.iter().map(|item| item[key].clone()));
        match page["nextToken"].take() {
            Value::Null => return keys,
            token => request["nextToken"] = token,
        }
    }
}
