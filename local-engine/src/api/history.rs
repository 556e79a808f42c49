//! `GetExecutionHistory`.

use serde_json::{Value, json};

use super::error::ApiError;
use super::page::{PageRequest, next_token};
use super::request::{Request, Text};
use crate::engine::Engine;

pub(super) fn get(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("executionArn", Text::ARN);
    let reverse = request.flag("reverseOrder").unwrap_or(false);
    let data = request.flag("includeExecutionData").unwrap_or(true);
    let page = PageRequest::read(&mut request, 1_024);
    request.finish()?;
    let arn = engine.execution_arn(&arn)?;
    let list = format!("history {arn} {reverse}");
    let after = page.after(engine, &list)?;
    // The place in a reversed list is an event's number, so that events that come in between
    // do not move it; forwards the number of events before is the same thing.
    let after = after.map(|id| id.parse()).transpose();
    let after = after.map_err(|_| ApiError::invalid_token())?;
    let (events, more) = engine.history_page(&arn, reverse, after, page.size)?;
    let shown: Vec<Value> = events.iter().map(|event| event.to_json(data)).collect();
    let mut answer = json!({ "events": shown });
    if let Some(last) = events.last().filter(|_| more) {
        answer["nextToken"] = next_token(engine, &list, &last.id.to_string()).into();
    }
    Ok(answer)
}
