//! Operations on tags.

use serde_json::{Value, json};

use super::error::ApiError;
use super::request::{Request, Text};
use super::settings;
use crate::engine::Engine;

pub(super) fn tag(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("resourceArn", Text::ARN);
    let tags = settings::required_tags(&mut request);
    request.finish()?;
    engine.tag(&arn, tags)?;
    Ok(json!({}))
}

pub(super) fn untag(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("resourceArn", Text::ARN);
    let keys = request.required_texts("tagKeys", Text::shown(1, 128));
    request.finish()?;
    engine.untag(&arn, &keys)?;
    Ok(json!({}))
}

pub(super) fn list(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("resourceArn", Text::ARN);
    request.finish()?;
    let tags: Vec<Value> = engine
        .tags(&arn)?
        .into_iter()
        .map(|(key, value)| json!({ "key": key, "value": value }))
        .collect();
    Ok(json!({ "tags": tags }))
}
