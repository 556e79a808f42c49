//! Builds an engine: where it pretends to be, and how it treats abandoned polls.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

use super::Engine;
use super::map_run;
use super::shared::Shared;
use super::timers::drive;
use crate::activities::{AbandonedPolls, Activities};
use crate::arn::Place;
use crate::objects::{MemoryObjects, ObjectStore};
use crate::seal::Seal;

/// Configures an [`Engine`].
///
/// # Examples
///
/// ```
/// use sfn_local_engine::{AbandonedPolls, Engine};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # let _guard = runtime.enter();
/// let engine = Engine::builder()
///     .region("eu-west-1")
///     .abandoned_polls(AbandonedPolls::Swallow)
///     .build()?;
/// # Ok::<(), sfn_local_engine::BuildError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct EngineBuilder {
    account: String,
    region: String,
    abandoned_polls: AbandonedPolls,
    objects: Arc<dyn ObjectStore>,
}

/// Why an engine cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The account is the caller's mistake.
    #[error("account {0:?} is not a number of 12 digits, such as 123456789012")]
    Account(String),
    /// The region is the caller's mistake.
    #[error("region {0:?} is not a name such as us-east-1: lower-case letters, digits and dashes")]
    Region(String),
    /// There is nobody to run the engine's timers.
    #[error("the engine is built outside a Tokio runtime, which runs its timers")]
    NoRuntime,
}

impl EngineBuilder {
    pub(super) fn new() -> Self {
        Self {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            abandoned_polls: AbandonedPolls::default(),
            objects: Arc::new(MemoryObjects::new()),
        }
    }

    /// Sets the account in all ARNs: 12 digits, `123456789012` unless set.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// Sets the region in all ARNs, `us-east-1` unless set.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Sets what becomes of polls whose caller went away.
    pub fn abandoned_polls(mut self, mode: AbandonedPolls) -> Self {
        self.abandoned_polls = mode;
        self
    }

    /// Sets where distributed Maps read their items and write their results: buckets in memory
    /// unless set, of which there are none.
    pub fn objects(mut self, objects: impl ObjectStore) -> Self {
        self.objects = Arc::new(objects);
        self
    }

    /// Builds the engine. Its timers run on the current Tokio runtime until its last handle is
    /// dropped.
    ///
    /// # Errors
    ///
    /// The account or region does not look like one, or there is no current Tokio runtime.
    pub fn build(self) -> Result<Engine, BuildError> {
        let Self {
            account,
            region,
            abandoned_polls,
            objects,
        } = self;
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BuildError::Account(account));
        }
        let is_region_byte =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=64).contains(&region.len()) || !region.bytes().all(is_region_byte) {
            return Err(BuildError::Region(region));
        }
        let runtime = Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        let timers_changed = Arc::new(Notify::new());
        let (map_run_opened, map_runs) = mpsc::unbounded_channel();
        let seal = Seal::random();
        let shared = Arc::new(Shared::new(
            Place::new(region, account),
            seal.clone(),
            Activities::new(seal, abandoned_polls),
            Arc::clone(&timers_changed),
            map_run_opened,
            objects,
        ));
        let mut timers = JoinSet::new();
        timers.spawn_on(drive(Arc::downgrade(&shared), timers_changed), &runtime);
        timers.spawn_on(map_run::drive(Arc::downgrade(&shared), map_runs), &runtime);
        Ok(Engine {
            shared,
            _timers: Arc::new(timers),
        })
    }
}
