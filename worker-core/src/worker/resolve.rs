//! Finds the ARNs of activities that are known by name only; creates them if that is wanted.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::sleep;

use super::backoff::Backoff;
use crate::name::{ActivityArn, ActivityName};
use crate::service::{ActivityService, ServiceError};

/// Activities whose ARNs are not known yet.
pub(crate) struct Unresolved<'a> {
    pub(crate) service: &'a dyn ActivityService,
    pub(crate) names: BTreeSet<ActivityName>,
    pub(crate) create: bool,
}

impl Unresolved<'_> {
    /// Goes on until every ARN is known and hands each over as it is found.
    ///
    /// Cancel safe: what was handed over stays found, and creating twice is harmless.
    pub(crate) async fn resolve(mut self, mut found: impl FnMut(ActivityArn)) {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(20));
        let mut warned = false;
        while !self.names.is_empty() {
            match self.attempt().await {
                Ok(arns) => {
                    for arn in arns {
                        if self.names.remove(arn.name()) {
                            tracing::info!(activity = %arn, "found");
                            found(arn);
                        }
                    }
                    if self.names.is_empty() {
                        return;
                    }
                    if !warned {
                        warned = true;
                        let missing: Vec<&str> =
                            self.names.iter().map(ActivityName::as_str).collect();
                        tracing::warn!(
                            ?missing,
                            "these activities do not exist; the worker waits for them: create \
                             them, or set create_missing"
                        );
                    }
                }
                Err(error) if warned => {
                    tracing::debug!(%error, "looking up activities still fails");
                }
                Err(error) => {
                    warned = true;
                    let source = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::warn!(%error, source, "looking up activities fails, it will go on by itself");
                }
            }
            sleep(backoff.next_delay()).await;
        }
    }

    async fn attempt(&self) -> Result<Vec<ActivityArn>, ServiceError> {
        if !self.create {
            let names: Vec<ActivityName> = self.names.iter().cloned().collect();
            return self.service.find(&names).await;
        }
        let mut arns = Vec::new();
        for name in &self.names {
            // Creating an activity that exists answers with its ARN.
            arns.push(self.service.create(name).await?);
        }
        Ok(arns)
    }
}
