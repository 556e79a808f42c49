//! The credentials at hand, which can be forgotten when the service refuses them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_sdk_sfn::config::{
    ConfigBag, IdentityCache, ResolveCachedIdentity, RuntimeComponents, RuntimeComponentsBuilder,
    SharedIdentityCache,
};
use aws_smithy_async::time::TimeSource as _;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::identity::{IdentityFuture, SharedIdentityResolver};

use super::clock::Clock;

/// A hundred polls that are refused together must not load credentials a hundred times.
const FORGET_EVERY: Duration = Duration::from_secs(30);

/// The SDK's cache of credentials; clones are the same cache.
///
/// The SDK loads credentials anew when they say that they expire. Credentials that the service
/// calls expired before their time stay in its cache for a quarter of an hour.
#[derive(Debug, Clone)]
pub(super) struct Identities {
    clock: Clock,
    current: Arc<Mutex<Current>>,
}

#[derive(Debug)]
struct Current {
    cache: SharedIdentityCache,
    forgotten: Option<SystemTime>,
}

impl Identities {
    pub(super) fn new(clock: Clock) -> Self {
        let current = Current {
            cache: IdentityCache::lazy().build(),
            forgotten: None,
        };
        Self {
            clock,
            current: Arc::new(Mutex::new(current)),
        }
    }

    /// Lets the next call load credentials, unless that was done a moment ago.
    pub(super) fn forget(&self) {
        let now = self.clock.now();
        let mut current = self.lock();
        let recently = current.forgotten.is_some_and(|forgotten| {
            now.duration_since(forgotten)
                .is_ok_and(|since| since < FORGET_EVERY)
        });
        if !recently {
            current.forgotten = Some(now);
            current.cache = IdentityCache::lazy().build();
        }
    }

    fn cache(&self) -> SharedIdentityCache {
        self.lock().cache.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolveCachedIdentity for Identities {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        runtime_components: &'a RuntimeComponents,
        config_bag: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        let cache = self.cache();
        IdentityFuture::new(async move {
            cache
                .resolve_cached_identity(resolver, runtime_components, config_bag)
                .await
        })
    }

    fn validate_base_client_config(
        &self,
        runtime_components: &RuntimeComponentsBuilder,
        config_bag: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.cache()
            .validate_base_client_config(runtime_components, config_bag)
    }

    fn validate_final_config(
        &self,
        runtime_components: &RuntimeComponents,
        config_bag: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.cache()
            .validate_final_config(runtime_components, config_bag)
    }
}
