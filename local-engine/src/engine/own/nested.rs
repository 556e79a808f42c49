//! `states:startExecution`: an execution that starts another one, and may wait for its end.

use std::sync::{Arc, Weak};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::arn::ExecutionArn;
use crate::asl::Pattern;
use crate::engine::error::{EngineError, ErrorCode};
use crate::engine::execution::{ExecutionDescription, ExecutionStatus, StartRequest};
use crate::engine::shared::Shared;
use crate::machine::Event;
use crate::providers::{ServiceAnswer, ServiceCall, ServiceFailure, metadata};

/// Starts the execution that the call asks for, and for `.sync` waits for its end. Dropped while
/// it waits, it stops the execution that it started.
pub(super) async fn start(
    engine: Weak<Shared>,
    call: ServiceCall,
) -> Result<ServiceAnswer, ServiceFailure> {
    let request = request(&call)?;
    let started = {
        let engine = engine.upgrade().ok_or_else(gone)?;
        engine.start(request).map_err(|error| refused(&error))?
    };
    let answer = start_answer(&started);
    let pattern = call.resource().pattern();
    match pattern {
        Pattern::Response => return Ok(ServiceAnswer::Result(answer)),
        Pattern::TaskToken => return Ok(ServiceAnswer::WaitsForToken(answer)),
        Pattern::Sync | Pattern::Sync2 => call.submit(answer),
    }
    let mut child = Child {
        engine,
        arn: Some(started.arn.clone()),
    };
    let end = child.wait().await?;
    child.arn = None;
    if end.status == ExecutionStatus::Succeeded {
        Ok(ServiceAnswer::Result(description(
            &end,
            pattern == Pattern::Sync2,
        )))
    } else {
        let cause = description(&end, false).to_string();
        Err(ServiceFailure::new("States.TaskFailed", cause))
    }
}

/// An execution that somebody waits for, and nobody else wants.
struct Child {
    engine: Weak<Shared>,
    /// Nothing once it has ended.
    arn: Option<ExecutionArn>,
}

impl Child {
    async fn wait(&self) -> Result<ExecutionDescription, ServiceFailure> {
        let Some(arn) = &self.arn else {
            return Err(gone());
        };
        let execution = {
            let engine = self.engine.upgrade().ok_or_else(gone)?;
            engine.execution(arn).map_err(|error| refused(&error))?
        };
        Ok(crate::engine::execution::ended(&execution).await)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let (Some(engine), Some(arn)) = (self.engine.upgrade(), &self.arn) else {
            return;
        };
        if let Ok(execution) = engine.execution(arn) {
            engine.delivery(&execution).deliver(Event::Stopped {
                error: None,
                cause: None,
            });
        }
    }
}

fn request(call: &ServiceCall) -> Result<StartRequest, ServiceFailure> {
    let parameters = call.parameters();
    let text = |name: &str| parameters.get(name).and_then(Value::as_str);
    let arn = text("StateMachineArn").ok_or_else(|| missing("stateMachineArn"))?;
    let (arn, test_case) = StartRequest::target(arn).map_err(|error| refused(&error))?;
    // A text is the input itself; anything else is the JSON that becomes the text.
    let input = match parameters.get("Input") {
        None | Some(Value::Null) => "{}".into(),
        Some(Value::String(text)) => Arc::from(text.as_str()),
        Some(other) => other.to_string().into(),
    };
    Ok(StartRequest {
        state_machine: arn,
        test_case,
        name: text("Name").map(str::to_owned),
        input,
        trace_header: text("TraceHeader").map(str::to_owned),
    })
}

fn start_answer(started: &ExecutionDescription) -> Value {
    // The answer on the wire has the date as a number in the service's own spelling.
    let wire = format!(
        r#"{{"executionArn":"{}","startDate":{}}}"#,
        started.arn,
        protocol_seconds(started.started)
    );
    let request_id = Uuid::new_v4().to_string();
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
    let headers = [
        ("x-amzn-RequestId", request_id.clone()),
        ("connection", "keep-alive".to_owned()),
        ("Content-Length", wire.len().to_string()),
        ("Date", date.to_string()),
        ("Content-Type", "application/x-amz-json-1.0".to_owned()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    let mut answer = Map::new();
    answer.insert("ExecutionArn".into(), started.arn.as_str().into());
    metadata::add(&mut answer, 200, &headers, &request_id);
    answer.insert("StartDate".into(), milliseconds(started.started));
    Value::Object(answer)
}

/// A time as the service spells it in its answers: `1.700000000123E9`. It leaves zeros at the end
/// out; here they stay, so that answers are as long as most of the service's.
fn protocol_seconds(at: Timestamp) -> String {
    let digits = format!("{:013}", at.as_millisecond());
    let (first, rest) = digits.split_at(1);
    format!("{first}.{rest}E9")
}

/// The description of an execution that has ended, as the integration returns it.
fn description(end: &ExecutionDescription, as_json: bool) -> Value {
    let data = |text: &str| -> Value {
        if as_json {
            serde_json::from_str(text).unwrap_or_else(|_| text.into())
        } else {
            text.into()
        }
    };
    let mut described = Map::new();
    let mut add = |key: &str, value: Value| described.insert(key.to_owned(), value);
    if let Some(cause) = &end.cause {
        add("Cause", cause.as_str().into());
    }
    if let Some(error) = &end.error {
        add("Error", error.as_str().into());
    }
    add("ExecutionArn", end.arn.as_str().into());
    add("Input", data(&end.input));
    add("InputDetails", json!({"Included": true}));
    add("Name", (*end.name).into());
    if let Some(output) = &end.output {
        add("Output", data(output));
        add("OutputDetails", json!({"Included": true}));
    }
    add("StartDate", milliseconds(end.started));
    add("StateMachineArn", end.state_machine.as_str().into());
    add("Status", end.status.as_str().into());
    if let Some(stopped) = end.stopped {
        add("StopDate", milliseconds(stopped));
    }
    Value::Object(described)
}

fn milliseconds(at: Timestamp) -> Value {
    at.as_millisecond().into()
}

fn missing(member: &str) -> ServiceFailure {
    refused(&EngineError::new(
        ErrorCode::ValidationException,
        format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
             Member must not be null"
        ),
    ))
}

/// How the integration reports that the service refused a call.
fn refused(error: &EngineError) -> ServiceFailure {
    let code = error.code().as_str();
    let name = if code.ends_with("Exception") {
        format!("StepFunctions.{code}")
    } else {
        format!("StepFunctions.{code}Exception")
    };
    let cause = format!(
        "{error} (Service: AWSStepFunctions; Status Code: 400; Error Code: {code}; Request ID: \
         {}; Proxy: null)",
        Uuid::new_v4()
    );
    ServiceFailure::new(name, cause)
}

fn gone() -> ServiceFailure {
    ServiceFailure::new("States.TaskFailed", "the engine has ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_spelt_as_the_service_does() {
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        assert_eq!(protocol_seconds(at), "1.700000000123E9");
        let at = Timestamp::from_millisecond(1_700_000_000_100).unwrap();
        assert_eq!(protocol_seconds(at), "1.700000000100E9");
    }
}
