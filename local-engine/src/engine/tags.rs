//! Tags of state machines and activities.

use super::Engine;
use super::error::{EngineError, ErrorCode};
use crate::arn::StateMachineArn;
use crate::resource::Tags;

/// How many tags a resource may have.
const TAG_LIMIT: usize = 50;

impl Engine {
    /// The tags of a resource.
    pub(crate) fn tags(&self, resource: &str) -> Result<Tags, EngineError> {
        self.with_tags(resource, |tags| Ok(tags.clone()))
    }

    /// Adds tags to a resource, or gives them new values.
    pub(crate) fn tag(&self, resource: &str, new: Tags) -> Result<(), EngineError> {
        self.with_tags(resource, |tags| {
            let mut all = tags.clone();
            all.extend(new);
            check_number(&all, resource)?;
            *tags = all;
            Ok(())
        })
    }

    /// Takes tags away from a resource; those that it has not are not missed.
    pub(crate) fn untag(&self, resource: &str, keys: &[String]) -> Result<(), EngineError> {
        self.with_tags(resource, |tags| {
            tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
    }

    fn with_tags<T>(
        &self,
        resource: &str,
        act: impl FnOnce(&mut Tags) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        if let Ok(arn) = resource.parse::<StateMachineArn>()
            && let Some(found) = self.shared.store().state_machine_mut(&arn)
        {
            return act(&mut found.tags);
        }
        if let Some(found) = self.shared.activities().registry_mut().get_mut(resource) {
            return act(&mut found.tags);
        }
        if !resource.starts_with("arn:") {
            return Err(EngineError::new(
                ErrorCode::InvalidArn,
                format!("Invalid Arn: 'Invalid ARN prefix: {resource}'"),
            ));
        }
        Err(EngineError::new(
            ErrorCode::ResourceNotFound,
            format!("Resource not found: '{resource}'"),
        ))
    }
}

/// Refuses more tags than a resource may have.
pub(crate) fn check_number(tags: &Tags, resource: &str) -> Result<(), EngineError> {
    if tags.len() <= TAG_LIMIT {
        return Ok(());
    }
    Err(EngineError::new(
        ErrorCode::TooManyTags,
        format!(
            "Too many tags: '{resource}' would have {} of at most {TAG_LIMIT}",
            tags.len()
        ),
    ))
}
