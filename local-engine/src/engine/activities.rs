//! Creating and looking at activities.

use jiff::Timestamp;
use sfn_worker_core::{ActivityArn, ActivityName};

use super::Engine;
use super::error::{EngineError, ErrorCode};
use super::polls::HandedOver;
use crate::activities::{NewActivity, Registration};
use crate::resource::{Encryption, Tags};

/// An activity as it was at one time.
#[derive(Debug, Clone)]
pub(crate) struct ActivityView {
    pub(crate) arn: ActivityArn,
    pub(crate) created: Timestamp,
    pub(crate) encryption: Encryption,
}

impl Engine {
    /// Creates an activity, or finds the one that exists under this name.
    ///
    /// # Errors
    ///
    /// `InvalidName`.
    pub fn create_activity(&self, name: &str) -> Result<ActivityArn, EngineError> {
        let created = self.add_activity(name, Encryption::default(), Tags::new())?;
        Ok(created.arn)
    }

    /// Deletes an activity, if it exists. New polls of it are refused; its tasks can still be
    /// reported on.
    pub fn delete_activity(&self, activity: &ActivityArn) {
        let mut activities = self.shared.activities();
        activities.registry_mut().delete(activity.as_str());
    }

    pub(crate) fn add_activity(
        &self,
        name: &str,
        encryption: Encryption,
        tags: Tags,
    ) -> Result<ActivityView, EngineError> {
        let parsed: ActivityName = name.parse().map_err(|_| EngineError::invalid_name(name))?;
        let text = self.shared.place.activity(&parsed);
        let arn = crate::arn::activity_arn(&text)?;
        let now = self.shared.clock.now();
        let new = NewActivity {
            arn,
            encryption,
            tags,
        };
        let mut activities = self.shared.activities();
        let created = activities.registry_mut().create(new, now);
        created.map(view).ok_or_else(|| {
            EngineError::new(
                ErrorCode::ActivityAlreadyExists,
                format!("Activity Already Exists: '{text}'"),
            )
        })
    }

    pub(crate) fn activity(&self, arn: &ActivityArn) -> Result<ActivityView, EngineError> {
        let activities = self.shared.activities();
        let found = activities.registry().get(arn.as_str());
        found
            .map(view)
            .ok_or_else(|| EngineError::activity_missing(arn.as_str()))
    }

    /// Activities by name, at most so many.
    pub(crate) fn list_activities(&self, after: &str, limit: usize) -> Vec<ActivityView> {
        let activities = self.shared.activities();
        let after = activities.registry().after(after);
        after.take(limit).map(view).collect()
    }

    /// The activities of these names that exist.
    pub(crate) fn find_activities(&self, names: &[ActivityName]) -> Vec<ActivityArn> {
        let activities = self.shared.activities();
        let arns = names.iter().map(|name| self.shared.place.activity(name));
        arns.filter_map(|arn| activities.registry().get(&arn))
            .map(|found| found.arn().clone())
            .collect()
    }

    /// How many polls of an activity are open.
    #[must_use]
    pub fn open_polls(&self, activity: &ActivityArn) -> usize {
        self.shared.activities().open_polls(activity.as_str())
    }

    pub(crate) async fn poll(
        &self,
        activity: &ActivityArn,
        worker_name: Option<String>,
    ) -> Result<Option<HandedOver>, EngineError> {
        self.shared.poll(activity, worker_name).await
    }

    pub(crate) fn succeed(&self, token: &str, output: &str) -> Result<(), EngineError> {
        self.shared.succeed(token, output)
    }

    pub(crate) fn fail(
        &self,
        token: &str,
        error: Option<String>,
        cause: Option<String>,
    ) -> Result<(), EngineError> {
        self.shared.fail(token, error, cause)
    }

    pub(crate) fn heartbeat(&self, token: &str) -> Result<(), EngineError> {
        self.shared.heartbeat(token)
    }
}

fn view(registration: &Registration) -> ActivityView {
    ActivityView {
        arn: registration.arn().clone(),
        created: registration.created,
        encryption: registration.encryption.clone(),
    }
}
