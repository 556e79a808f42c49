//! The port: the only way out of the worker.
//!
//! [`ActivityService`] is implemented by the AWS adapter (`AwsService`, feature `aws`), by the
//! embedded engine (crate `sfn-local-engine`) and by the scripted service of `testing`.

#[cfg(feature = "aws")]
pub(crate) mod aws;

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use crate::failure::ErrorName;
use crate::name::{ActivityArn, ActivityName, WorkerName};
use crate::payload::Payload;
use crate::token::TaskToken;

/// What a call to the service returns.
pub type ServiceFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, ServiceError>> + Send + 'a>>;

/// A task as a poll brought it.
#[derive(Debug, Clone)]
#[expect(
    clippy::exhaustive_structs,
    reason = "GetActivityTask returns these two and no more"
)]
pub struct PolledTask {
    /// The capability to report on the task.
    pub token: TaskToken,
    /// The input of the task.
    pub input: Payload,
}

/// The calls that a worker makes, each at most once in flight per token.
///
/// An implementation does not retry: the worker does, because only it knows what a repeated
/// call means. Errors are classified here, once, by [`Disposition`].
pub trait ActivityService: fmt::Debug + Send + Sync + 'static {
    /// Asks for a task of an activity and waits up to about 60 seconds for one.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the service goes on holding a dropped poll and may hand it a task,
    /// which is then lost until its time-out.
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>>;

    /// Reports that the task succeeded.
    ///
    /// # Cancel safety
    ///
    /// Dropped midway, it is unknown whether the service took the report.
    fn succeed<'a>(&'a self, token: &'a TaskToken, output: &'a Payload) -> ServiceFuture<'a, ()>;

    /// Reports that the task failed.
    ///
    /// # Cancel safety
    ///
    /// Dropped midway, it is unknown whether the service took the report.
    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()>;

    /// Says that the task is alive.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time.
    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()>;

    /// Looks up the ARNs of activities by name; those that do not exist are left out.
    ///
    /// Called at the start, for activities whose ARN was not given. Unless it is implemented,
    /// it says that ARNs must be given.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time.
    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        let _ = names;
        Box::pin(async { Err(by_arn_only()) })
    }

    /// Creates an activity, or finds the one that exists under this name.
    ///
    /// Called at the start, where `create_missing` is set. Unless it is implemented, it says
    /// that ARNs must be given.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time; repeating it is harmless.
    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        let _ = name;
        Box::pin(async { Err(by_arn_only()) })
    }

    /// Whether calls leave the process.
    ///
    /// The worker then sends heartbeats from a thread of its own, which no handler can block;
    /// [`heartbeat`](Self::heartbeat) must share no connection with the other calls, since
    /// connections live on the runtime that opened them. Without it heartbeats share the
    /// worker's runtime and its clock, which a test can pause.
    fn is_remote(&self) -> bool {
        false
    }
}

fn by_arn_only() -> ServiceError {
    let text = "this service knows activities by their ARNs only: give the worker the ARN of each";
    ServiceError::new(Disposition::Denied, text)
}

/// What the worker does about an error; closed, so that every kind is thought of everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "every kind must be thought of everywhere"
)]
pub enum Disposition {
    /// The service is there and says "less": back off, polls first.
    Throttled,
    /// Passing trouble on the way: try again.
    Transient,
    /// The service no longer wants the task: stop working on it, send nothing more.
    Gone,
    /// This request will never be accepted, another one for the same token may be.
    Refused,
    /// An operator must mend it (permissions, keys, a missing activity): try again slowly.
    Denied,
}

/// Why a call to the service failed, in words without secrets.
#[derive(Debug)]
pub struct ServiceError {
    disposition: Disposition,
    code: Option<String>,
    message: String,
    outcome_unknown: bool,
    activity_missing: bool,
    too_many_polls: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ServiceError {
    /// Makes an error of a disposition and a message that must contain no secrets.
    pub fn new(disposition: Disposition, message: impl Into<String>) -> Self {
        Self {
            disposition,
            code: None,
            message: message.into(),
            outcome_unknown: false,
            activity_missing: false,
            too_many_polls: false,
            source: None,
        }
    }

    /// Adds the service's error code, such as `TaskTimedOut`.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Says that the service may have carried out the request although no answer came.
    #[must_use]
    pub fn with_unknown_outcome(mut self) -> Self {
        self.outcome_unknown = true;
        self
    }

    /// Says that the activity does not exist.
    #[must_use]
    pub fn with_activity_missing(mut self) -> Self {
        self.activity_missing = true;
        self
    }

    /// Says that the activity has as many open polls as the service allows, over all workers.
    #[must_use]
    pub fn with_too_many_polls(mut self) -> Self {
        self.too_many_polls = true;
        self
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What the worker does about it.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.disposition
    }

    /// The service's error code, where it sent one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Whether the service may have carried out the request although no answer came.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.outcome_unknown
    }

    /// Whether the activity does not exist (yet).
    #[must_use]
    pub fn is_activity_missing(&self) -> bool {
        self.activity_missing
    }

    /// Whether the activity has as many open polls as the service allows, over all workers.
    #[must_use]
    pub fn is_too_many_polls(&self) -> bool {
        self.too_many_polls
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{code}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl Error for ServiceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Implements what it must, and nothing else.
    #[derive(Debug)]
    struct FourCalls;

    impl ActivityService for FourCalls {
        fn poll<'a>(
            &'a self,
            _: &'a ActivityArn,
            _: &'a WorkerName,
        ) -> ServiceFuture<'a, Option<PolledTask>> {
            Box::pin(async { Ok(None) })
        }

        fn succeed<'a>(&'a self, _: &'a TaskToken, _: &'a Payload) -> ServiceFuture<'a, ()> {
            Box::pin(async { Ok(()) })
        }

        fn fail<'a>(
            &'a self,
            _: &'a TaskToken,
            _: &'a ErrorName,
            _: &'a str,
        ) -> ServiceFuture<'a, ()> {
            Box::pin(async { Ok(()) })
        }

        fn heartbeat<'a>(&'a self, _: &'a TaskToken) -> ServiceFuture<'a, ()> {
            Box::pin(async { Ok(()) })
        }
    }

    #[tokio::test]
    async fn a_service_without_names_says_that_it_wants_arns() {
        let name: ActivityName = "charge".parse().unwrap();
        let found = FourCalls.find(std::slice::from_ref(&name)).await;
        let created = FourCalls.create(&name).await;
        for error in [found.unwrap_err(), created.unwrap_err()] {
            assert_eq!(error.disposition(), Disposition::Denied);
            assert!(error.to_string().contains("the ARN of each"), "{error}");
        }
    }
}
