//! Operations of a worker: the poll, and reports on tasks.

use serde_json::{Value, json};

use super::error::ApiError;
use super::request::{Request, Text};
use crate::arn::activity_arn;
use crate::engine::Engine;

/// Answers with a task, or after 60 seconds with nothing.
///
/// Dropped while it waits, this is an abandoned poll.
pub(super) async fn get(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("activityArn", Text::ARN);
    let worker_name = request.text("workerName", Text::NAME);
    request.finish()?;
    let task = engine.poll(&activity_arn(&arn)?, worker_name).await?;
    Ok(match task {
        Some(task) => json!({ "taskToken": task.token, "input": &*task.input }),
        None => json!({}),
    })
}

pub(super) fn succeed(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let token = request.required_text("taskToken", Text::TASK_TOKEN);
    let output = request.required_text("output", Text::PAYLOAD);
    request.finish()?;
    engine.succeed(&token, &output)?;
    Ok(json!({}))
}

pub(super) fn fail(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let token = request.required_text("taskToken", Text::TASK_TOKEN);
    let error = request.text("error", Text::ERROR);
    let cause = request.text("cause", Text::CAUSE);
    request.finish()?;
    engine.fail(&token, error, cause)?;
    Ok(json!({}))
}

pub(super) fn heartbeat(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let token = request.required_text("taskToken", Text::TASK_TOKEN);
    request.finish()?;
    engine.heartbeat(&token)?;
    Ok(json!({}))
}
