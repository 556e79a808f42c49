//! Operations on executions.

use serde_json::{Value, json};

use super::epoch_seconds;
use super::error::ApiError;
use super::page::{PageRequest, next_token};
use super::request::{Request, Text};
use super::state_machines::all_data;
use crate::arn::{StateMachineArn, check_map_run};
use crate::engine::{Engine, ExecutionDescription, ExecutionStatus, StartRequest};

/// The statuses in the order in which the service lists them.
const STATUSES: [&str; 6] = [
    "SUCCEEDED",
    "TIMED_OUT",
    "PENDING_REDRIVE",
    "ABORTED",
    "FAILED",
    "RUNNING",
];

pub(super) fn start(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("stateMachineArn", Text::ARN);
    let name = request.text("name", Text::NAME);
    let input = request.text("input", Text::PAYLOAD);
    let trace_header = request.text("traceHeader", Text::shown(0, 256));
    request.finish()?;
    let (state_machine, test_case) = StartRequest::target(&arn)?;
    let started = engine.start(StartRequest {
        state_machine,
        test_case,
        name,
        input: input.unwrap_or_else(|| "{}".to_owned()).into(),
        trace_header,
    })?;
    Ok(json!({
        "executionArn": started.arn.as_str(),
        "startDate": epoch_seconds(started.started),
    }))
}

/// Starts an Express execution and answers when it is over.
pub(super) async fn start_sync(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("stateMachineArn", Text::ARN);
    let name = request.text("name", Text::NAME);
    let input = request.text("input", Text::PAYLOAD);
    let trace_header = request.text("traceHeader", Text::shown(0, 256));
    let all_data = all_data(&mut request);
    request.finish()?;
    let (state_machine, test_case) = StartRequest::target(&arn)?;
    let end = engine
        .start_sync(StartRequest {
            state_machine,
            test_case,
            name,
            input: input.unwrap_or_else(|| "{}".to_owned()).into(),
            trace_header,
        })
        .await?;
    let mut answer = summary(&end);
    show_data(&mut answer, &end, all_data);
    if end.status == ExecutionStatus::TimedOut && all_data {
        answer["error"] = "States.Timeout".into();
    }
    answer["billingDetails"] = json!({
        "billedDurationInMilliseconds": end.billed_milliseconds(),
        "billedMemoryUsedInMB": 64,
    });
    if let Some(trace_header) = end.trace_header {
        answer["traceHeader"] = trace_header.into();
    }
    Ok(answer)
}

pub(super) fn stop(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("executionArn", Text::ARN);
    let error = request.text("error", Text::ERROR);
    let cause = request.text("cause", Text::CAUSE);
    request.finish()?;
    let stopped = engine.stop_execution(
        &engine.execution_arn(&arn)?,
        error.as_deref(),
        cause.as_deref(),
    )?;
    Ok(json!({ "stopDate": epoch_seconds(stopped) }))
}

pub(super) fn describe(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("executionArn", Text::ARN);
    let all_data = all_data(&mut request);
    request.finish()?;
    let arn = engine.described_arn(&arn)?;
    let found = engine.describe(&arn)?;
    let mut answer = summary(&found);
    if let Some((map_run, _)) = &found.child_of {
        answer["mapRunArn"] = (**map_run).into();
    }
    show_redrive(&mut answer, found.status);
    show_data(&mut answer, &found, all_data);
    if let Some(trace_header) = found.trace_header {
        answer["traceHeader"] = trace_header.into();
    }
    Ok(answer)
}

pub(super) fn list(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.text("stateMachineArn", Text::ARN);
    let map_run = request.text("mapRunArn", Text::shown(1, 2_000));
    let status = request.word("statusFilter", &STATUSES);
    let redrive = request.word("redriveFilter", &["REDRIVEN", "NOT_REDRIVEN"]);
    let page = PageRequest::read(&mut request, 3_096);
    request.finish()?;
    let of = list_of(arn, map_run)?;
    let list = format!(
        "executions {} {} {}",
        of.arn(),
        status.unwrap_or(""),
        redrive.unwrap_or("")
    );
    let after = page.after(engine, &list)?;
    let after = after.map(|number| number.parse()).transpose();
    let after = after.map_err(|_| ApiError::invalid_token())?;
    let wanted = |found: ExecutionStatus| {
        // Nothing is ever redriven here.
        redrive != Some("REDRIVEN") && status.is_none_or(|status| found.as_str() == status)
    };
    let limit = page.size + 1;
    let mut found = match &of {
        ListOf::StateMachine(arn) => {
            engine.check_listed(arn)?;
            engine.executions_before(arn, after, wanted, limit)?
        }
        ListOf::MapRun(arn) => engine.children_before(arn, after, wanted, limit)?,
    };
    let more = found.len() > page.size;
    found.truncate(page.size);
    let mut answer = json!({ "executions": found.iter().map(listed).collect::<Vec<_>>() });
    if let Some(last) = found.last().filter(|_| more) {
        answer["nextToken"] = next_token(engine, &list, &last.number.to_string()).into();
    }
    Ok(answer)
}

/// Whose executions are asked for.
enum ListOf {
    StateMachine(StateMachineArn),
    MapRun(String),
}

impl ListOf {
    fn arn(&self) -> &str {
        match self {
            Self::StateMachine(arn) => arn.as_str(),
            Self::MapRun(arn) => arn,
        }
    }
}

fn list_of(arn: Option<String>, map_run: Option<String>) -> Result<ListOf, ApiError> {
    match (arn, map_run) {
        (Some(arn), None) => Ok(ListOf::StateMachine(arn.parse()?)),
        (None, Some(map_run)) => {
            check_map_run(&map_run)?;
            Ok(ListOf::MapRun(map_run))
        }
        (Some(_), Some(_)) | (None, None) => Err(ApiError::validation(
            "Exactly one of stateMachineArn and mapRunArn must be specified",
        )),
    }
}

fn listed(execution: &ExecutionDescription) -> Value {
    let mut listed = summary(execution);
    listed["redriveCount"] = 0.into();
    if let Some((map_run, items)) = &execution.child_of {
        listed["mapRunArn"] = (**map_run).into();
        listed["itemCount"] = (*items).into();
    }
    listed
}

/// What lists and descriptions have in common.
fn summary(execution: &ExecutionDescription) -> Value {
    let mut summary = json!({
        "executionArn": execution.arn.as_str(),
        "stateMachineArn": execution.state_machine.as_str(),
        "name": &*execution.name,
        "status": execution.status.as_str(),
        "startDate": epoch_seconds(execution.started),
    });
    if let Some(stopped) = execution.stopped {
        summary["stopDate"] = epoch_seconds(stopped);
    }
    summary
}

/// Whether AWS would let the execution be redriven; the reason is given where it would not.
fn show_redrive(answer: &mut Value, status: ExecutionStatus) {
    answer["redriveCount"] = 0.into();
    let redrivable = match status {
        ExecutionStatus::Failed | ExecutionStatus::TimedOut | ExecutionStatus::Aborted => true,
        ExecutionStatus::Running | ExecutionStatus::Succeeded => false,
    };
    if redrivable {
        answer["redriveStatus"] = "REDRIVABLE".into();
    } else {
        answer["redriveStatus"] = "NOT_REDRIVABLE".into();
        answer["redriveStatusReason"] =
            format!("Execution is {status} and cannot be redriven").into();
    }
}

fn show_data(answer: &mut Value, execution: &ExecutionDescription, all_data: bool) {
    answer["inputDetails"] = json!({ "included": all_data });
    if execution.output.is_some() {
        answer["outputDetails"] = json!({ "included": all_data });
    }
    if !all_data {
        return;
    }
    answer["input"] = (*execution.input).into();
    if let Some(output) = &execution.output {
        answer["output"] = (**output).into();
    }
    if let Some(error) = &execution.error {
        answer["error"] = error.as_str().into();
    }
    if let Some(cause) = &execution.cause {
        answer["cause"] = cause.as_str().into();
    }
}
