//! The worker of a scenario: polls one activity and answers by a script.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::endpoint::Endpoint;

/// What a worker does, task by task.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Script {
    activity_arn: String,
    worker_name: Option<String>,
    /// One for each task taken.
    #[serde(default)]
    outcomes: Vec<Outcome>,
    /// The calls for one task.
    #[serde(default)]
    program: Vec<Instruction>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Success(String),
    Failure {
        error: Option<String>,
        cause: Option<String>,
    },
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Instruction {
    Sleep { sleep: f64 },
    Call { call: String, error: Option<String> },
}

/// Follows the script until it ends or a poll is refused.
pub(crate) async fn work(endpoint: Endpoint, script: Script) {
    for outcome in &script.outcomes {
        let Some(task) = poll(&endpoint, &script).await else {
            return;
        };
        let token = &task["taskToken"];
        match outcome {
            Outcome::Success(output) => {
                let report = json!({"taskToken": token, "output": output});
                endpoint.call("SendTaskSuccess", &report).await;
            }
            Outcome::Failure { error, cause } => {
                let mut report = json!({"taskToken": token});
                for (key, text) in [("error", error), ("cause", cause)] {
                    if let Some(text) = text {
                        report[key] = json!(text);
                    }
                }
                endpoint.call("SendTaskFailure", &report).await;
            }
        }
    }
    follow(&endpoint, &script).await;
}

async fn follow(endpoint: &Endpoint, script: &Script) {
    let mut task = Value::Null;
    for instruction in &script.program {
        let (call, error) = match instruction {
            Instruction::Sleep { sleep } => {
                tokio::time::sleep(std::time::Duration::from_secs_f64(*sleep)).await;
                continue;
            }
            Instruction::Call { call, error } => (call.as_str(), error),
        };
        let token = &task["taskToken"];
        let input = &task["input"];
        let request = match call {
            "GetActivityTask" => {
                let Some(taken) = poll(endpoint, script).await else {
                    return;
                };
                task = taken;
                continue;
            }
            "SendTaskSuccess" => json!({"taskToken": token, "output": input}),
            "SendTaskFailure" => json!({"taskToken": token, "error": error, "cause": input}),
            _ => json!({"taskToken": token}),
        };
        endpoint.call(call, &request).await;
    }
}

/// Polls until there is a task; nothing if the poll is refused.
async fn poll(endpoint: &Endpoint, script: &Script) -> Option<Value> {
    let mut request = json!({"activityArn": script.activity_arn});
    if let Some(name) = &script.worker_name {
        request["workerName"] = json!(name);
    }
    loop {
        let answer = endpoint.call("GetActivityTask", &request).await;
        if answer.status != 200 {
            return None;
        }
        if answer.body["taskToken"]
            .as_str()
            .is_some_and(|token| !token.is_empty())
        {
            return Some(answer.body);
        }
    }
}
