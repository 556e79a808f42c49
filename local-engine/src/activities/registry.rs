//! The activities that exist.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use jiff::Timestamp;
use sfn_worker_core::ActivityArn;

use crate::resource::{Encryption, Tags};

/// The activities that exist, by ARN: within one engine that is by name, so a list can be
/// read page by page while activities come and go.
#[derive(Debug, Default)]
pub(crate) struct Registry(BTreeMap<Arc<str>, Registration>);

/// One activity.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    arn: ActivityArn,
    /// The same text, for the many places that refer to it.
    shared: Arc<str>,
    pub(crate) created: Timestamp,
    pub(crate) encryption: Encryption,
    pub(crate) tags: Tags,
}

/// What `CreateActivity` asks for.
#[derive(Debug)]
pub(crate) struct NewActivity {
    pub(crate) arn: ActivityArn,
    pub(crate) encryption: Encryption,
    pub(crate) tags: Tags,
}

impl Registry {
    /// Creates an activity, or finds the one of this name. The tags of one that exists stay as
    /// they are; nothing if its encryption is another.
    pub(crate) fn create(&mut self, new: NewActivity, now: Timestamp) -> Option<&Registration> {
        let shared: Arc<str> = new.arn.as_str().into();
        let NewActivity {
            arn,
            encryption,
            tags,
        } = new;
        let wanted = encryption.clone();
        let found = self
            .0
            .entry(Arc::clone(&shared))
            .or_insert_with(|| Registration {
                arn,
                shared,
                created: now,
                encryption,
                tags,
            });
        (found.encryption == wanted).then_some(found)
    }

    /// Deletes an activity, if it exists. Its tasks and open polls live on: the service says
    /// nothing about them, and this loses nothing.
    pub(crate) fn delete(&mut self, arn: &str) {
        self.0.remove(arn);
    }

    pub(crate) fn get(&self, arn: &str) -> Option<&Registration> {
        self.0.get(arn)
    }

    pub(crate) fn get_mut(&mut self, arn: &str) -> Option<&mut Registration> {
        self.0.get_mut(arn)
    }

    /// The activities whose ARN comes after the given one.
    pub(crate) fn after<'a>(&'a self, arn: &str) -> impl Iterator<Item = &'a Registration> {
        self.0
            .range::<str, _>((Bound::Excluded(arn), Bound::Unbounded))
            .map(|(_, registration)| registration)
    }
}

impl Registration {
    pub(crate) fn arn(&self) -> &ActivityArn {
        &self.arn
    }

    pub(crate) fn shared_arn(&self) -> Arc<str> {
        Arc::clone(&self.shared)
    }
}
