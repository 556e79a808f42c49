//! `aws-sdk:sfn:…`: operations of the service itself as an SDK calls them.

use std::sync::Weak;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::asl::{MachineType, Resource};
use crate::engine::error::{EngineError, ErrorCode};
use crate::engine::execution::{ExecutionDescription, StartRequest, describe, ended};
use crate::engine::shared::Shared;
use crate::machine::Event;
use crate::providers::{AnswerFuture, ServiceAnswer, ServiceCall, ServiceFailure};
use crate::query::format_timestamp;

/// Takes up the call of an operation that the engine answers as an SDK would.
pub(super) fn answer(engine: &Weak<Shared>, call: &ServiceCall) -> Option<AnswerFuture> {
    const OPERATIONS: [&str; 7] = [
        "describeExecution",
        "sendTaskFailure",
        "sendTaskHeartbeat",
        "sendTaskSuccess",
        "startExecution",
        "startSyncExecution",
        "stopExecution",
    ];
    let Resource::Service(action) = call.resource() else {
        return None;
    };
    let operation = OPERATIONS
        .into_iter()
        .find(|known| **known == *action.action)?;
    let engine = engine.clone();
    let parameters = Parameters(call.parameters());
    Some(Box::pin(async move {
        let answer = carry_out(&engine, operation, &parameters).await;
        match answer {
            Ok(answer) => Ok(ServiceAnswer::Result(answer)),
            Err(error) => Err(refused(&error)),
        }
    }))
}

async fn carry_out(
    engine: &Weak<Shared>,
    operation: &str,
    parameters: &Parameters,
) -> Result<Value, EngineError> {
    let engine = engine.upgrade().ok_or_else(gone)?;
    match operation {
        "sendTaskSuccess" => {
            let output = parameters.required("Output")?;
            engine.succeed(&parameters.required("TaskToken")?, &output)?;
            Ok(json!({}))
        }
        "sendTaskFailure" => {
            let token = parameters.required("TaskToken")?;
            engine.fail(&token, parameters.text("Error"), parameters.text("Cause"))?;
            Ok(json!({}))
        }
        "sendTaskHeartbeat" => {
            engine.heartbeat(&parameters.required("TaskToken")?)?;
            Ok(json!({}))
        }
        "startExecution" => {
            let started = engine.start(start_request(parameters)?)?;
            Ok(json!({
                "ExecutionArn": started.arn.as_str(),
                "StartDate": date(started.started),
            }))
        }
        "startSyncExecution" => {
            let request = start_request(parameters)?;
            engine.require_kind(&request.state_machine, MachineType::Express)?;
            let started = engine.start(request)?;
            let execution = engine.execution(&started.arn)?;
            // What waits for an execution must not keep the engine alive.
            drop(engine);
            let end = ended(&execution).await;
            let mut answer = description(&end);
            answer["BillingDetails"] = json!({
                "BilledDurationInMilliseconds": end.billed_milliseconds(),
                "BilledMemoryUsedInMB": 64,
            });
            Ok(answer)
        }
        "stopExecution" => {
            let arn = parameters.required("ExecutionArn")?.parse()?;
            let execution = engine.execution(&arn)?;
            let mut delivery = engine.delivery(&execution);
            delivery.deliver(Event::Stopped {
                error: parameters.text("Error"),
                cause: parameters.text("Cause"),
            });
            let stopped = delivery.end().map(|end| end.at);
            Ok(json!({ "StopDate": stopped.map(date) }))
        }
        _ => {
            let arn = parameters.required("ExecutionArn")?.parse()?;
            Ok(description(&describe(&*engine.execution(&arn)?)))
        }
    }
}

/// The parameters of a call. Where the operation wants text, JSON is written as such.
struct Parameters(Value);

impl Parameters {
    fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    fn required(&self, name: &str) -> Result<String, EngineError> {
        self.text(name).ok_or_else(|| {
            let mut member = name.to_owned();
            if let Some(first) = member.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            EngineError::new(
                ErrorCode::ValidationException,
                format!(
                    "1 validation error detected: Value null at '{member}' failed to satisfy \
                     constraint: Member must not be null"
                ),
            )
        })
    }
}

fn start_request(parameters: &Parameters) -> Result<StartRequest, EngineError> {
    let (state_machine, test_case) =
        StartRequest::target(&parameters.required("StateMachineArn")?)?;
    Ok(StartRequest {
        state_machine,
        test_case,
        name: parameters.text("Name"),
        input: parameters
            .text("Input")
            .unwrap_or_else(|| "{}".to_owned())
            .into(),
        trace_header: parameters.text("TraceHeader"),
    })
}

fn description(execution: &ExecutionDescription) -> Value {
    let mut described = Map::new();
    let mut add = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            described.insert(key.to_owned(), value);
        }
    };
    let included = || json!({ "Included": true });
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    add("Cause", text(&execution.cause));
    add("Error", text(&execution.error));
    add("ExecutionArn", Some(execution.arn.as_str().into()));
    add("Input", Some((*execution.input).into()));
    add("InputDetails", Some(included()));
    add("Name", Some((*execution.name).into()));
    let output = execution.output.as_deref();
    add("Output", output.map(Value::from));
    add("OutputDetails", output.map(|_| included()));
    add("StartDate", Some(date(execution.started)));
    let state_machine = execution.state_machine.as_str();
    add("StateMachineArn", Some(state_machine.into()));
    add("Status", Some(execution.status.as_str().into()));
    add("StopDate", execution.stopped.map(date));
    Value::Object(described)
}

fn date(at: Timestamp) -> Value {
    format_timestamp(at).into()
}

/// How an SDK reports that the service refused a call.
fn refused(error: &EngineError) -> ServiceFailure {
    let code = error.code().as_str();
    let code = code.strip_suffix("Exception").unwrap_or(code);
    let cause = format!(
        "{error} (Service: Sfn, Status Code: 400, Request ID: {}) (SDK Attempt Count: 1)",
        Uuid::new_v4()
    );
    ServiceFailure::new(format!("Sfn.{code}Exception"), cause)
}

fn gone() -> EngineError {
    EngineError::new(ErrorCode::ExecutionDoesNotExist, "the engine has ended")
}
