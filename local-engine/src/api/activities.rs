//! Operations on activities.

use serde_json::{Value, json};

use super::error::ApiError;
use super::page::{PageRequest, next_token};
use super::request::{Request, Text};
use super::{epoch_seconds, settings};
use crate::arn::activity_arn;
use crate::engine::Engine;

pub(super) fn create(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let name = request.required_text("name", Text::NAME);
    let tags = settings::tags(&mut request);
    let encryption = settings::encryption(&mut request);
    request.finish()?;
    settings::check_tags(&tags, &name)?;
    let encryption = encryption.map_or_else(|| Ok(Default::default()), |given| given.setting())?;
    let created = engine.add_activity(&name, encryption, tags)?;
    Ok(json!({
        "activityArn": created.arn.as_str(),
        "creationDate": epoch_seconds(created.created),
    }))
}

pub(super) fn delete(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("activityArn", Text::ARN);
    request.finish()?;
    engine.delete_activity(&activity_arn(&arn)?);
    Ok(json!({}))
}

pub(super) fn describe(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    let arn = request.required_text("activityArn", Text::ARN);
    request.finish()?;
    let found = engine.activity(&activity_arn(&arn)?)?;
    Ok(json!({
        "activityArn": found.arn.as_str(),
        "name": found.arn.name().as_str(),
        "creationDate": epoch_seconds(found.created),
        "encryptionConfiguration": settings::show_encryption(&found.encryption),
    }))
}

pub(super) fn list(engine: &Engine, mut request: Request) -> Result<Value, ApiError> {
    const LIST: &str = "activities";
    let page = PageRequest::read(&mut request, 1_024);
    request.finish()?;
    let after = page.after(engine, LIST)?.unwrap_or_default();
    let mut found = engine.list_activities(&after, page.size + 1);
    let more = found.len() > page.size;
    found.truncate(page.size);
    let activities: Vec<Value> = found
        .iter()
        .map(|activity| {
            json!({
                "activityArn": activity.arn.as_str(),
                "name": activity.arn.name().as_str(),
                "creationDate": epoch_seconds(activity.created),
            })
        })
        .collect();
    let mut answer = json!({ "activities": activities });
    if let Some(last) = found.last().filter(|_| more) {
        answer["nextToken"] = next_token(engine, LIST, last.arn.as_str()).into();
    }
    Ok(answer)
}
