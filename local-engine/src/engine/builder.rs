//! Builds an engine: where it pretends to be, and how it treats abandoned polls.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

use super::Engine;
use super::calls::{Calls, Providers};
use super::map_run;
use super::retention::Retention;
use super::shared::Shared;
use super::timers::drive;
use crate::activities::{AbandonedPolls, Activities};
use crate::arn::Place;
use crate::objects::{MemoryObjects, ObjectStore};
use crate::providers::{MockConfig, MockProvider, ServiceProvider};
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
    express_history: bool,
    closed_limit: Option<usize>,
    mocks: Option<Arc<MockConfig>>,
    mock_case: Option<Arc<str>>,
    providers: Vec<Arc<dyn ServiceProvider>>,
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
            express_history: false,
            closed_limit: None,
            mocks: None,
            mock_case: None,
            providers: Vec::new(),
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

    /// Lets callers of the protocol describe, list and stop Express executions, and read their
    /// histories, which AWS refuses. [`Engine`]'s own methods always do.
    pub fn express_history(mut self, shown: bool) -> Self {
        self.express_history = shown;
        self
    }

    /// Sets how many closed executions are kept, all of them unless set. Past it those that
    /// ended first are forgotten when the next one starts, as the service forgets them after 90
    /// days; a long-lived engine then stays as large as it is. Child executions go with the
    /// execution that has their Map.
    pub fn keep_closed(mut self, limit: usize) -> Self {
        self.closed_limit = Some(limit);
        self
    }

    /// Sets what mocked states are answered with. An execution is mocked if it is started with
    /// the ARN of its state machine and the name of a test case: `…:stateMachine:Orders#Happy`.
    pub fn mocks(mut self, mocks: MockConfig) -> Self {
        self.mocks = Some(Arc::new(mocks));
        self
    }

    /// Sets the test case of executions that are started without one, where their state machine
    /// has a test case of that name.
    pub fn mock_case(mut self, name: impl Into<String>) -> Self {
        self.mock_case = Some(name.into().into());
        self
    }

    /// Adds someone who answers calls of Lambda functions and services. Those added first are
    /// asked first; see [`ServiceProvider`].
    pub fn provider(mut self, provider: impl ServiceProvider) -> Self {
        self.providers.push(Arc::new(provider));
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
            express_history,
            closed_limit,
            mocks,
            mock_case,
            providers,
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
        let providers = Providers {
            mocks: mocks.map(MockProvider),
            mock_case,
            others: providers,
        };
        let shared = Arc::new_cyclic(|me| {
            Shared::new(
                me.clone(),
                Place::new(region, account),
                seal.clone(),
                Activities::new(seal, abandoned_polls),
                Arc::clone(&timers_changed),
                map_run_opened,
                objects,
                providers,
                Calls::new(runtime.clone()),
                express_history,
                Retention::new(closed_limit),
            )
        });
        let mut timers = JoinSet::new();
        timers.spawn_on(drive(Arc::downgrade(&shared), timers_changed), &runtime);
        timers.spawn_on(map_run::drive(Arc::downgrade(&shared), map_runs), &runtime);
        Ok(Engine {
            shared,
            _timers: Arc::new(timers),
        })
    }
}
