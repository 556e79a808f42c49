//! The adapter over the AWS SDK; this file and its folder are the only ones that name it.
//!
//! Region, profile, credentials and endpoint (`AWS_ENDPOINT_URL_SFN`) come from the standard
//! AWS configuration. The client settings are the worker's own, each for a measured reason:
//!
//! | setting | polls | reports | heartbeats | why |
//! |---|---|---|---|---|
//! | retries of the SDK | off | off | off | a repeated poll abandons the first one; a repeated report hides that its outcome is unknown |
//! | read time-out | 75 s | 10 s | 5 s | the service holds a poll for 60 s; a dead connection would hang for ever |
//! | connect time-out | 3 s | 3 s | 3 s | the next attempt may find another address |
//! | stalled-stream protection | off | off | off | it wakes every open poll once a second |
//! | connections | own | own | own | they live on the runtime that opened them, and heartbeats have a runtime of their own |
//! | credentials | shared | shared | own | a load that is stuck with the handlers must not hold up heartbeats |
//! | operations | prepared once | the same | the same | putting each call together is more than half of what it costs |
//! | signing key | kept | kept | kept | deriving it for each request is a fifth of a call |
//! | clock | corrected when a signature is refused | the same | the same | the SDK takes half of a held poll for skew |
//! | credentials that the service refuses | loaded again | the same | the same | the SDK would keep them for a quarter of an hour |

mod classify;
mod client;
mod clock;
mod common;
mod connect;
mod identity;
mod prepared;
mod sign;

pub use connect::AwsConfigError;

use std::fmt;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::get_activity_task::{GetActivityTask, GetActivityTaskInput};
use aws_sdk_sfn::operation::send_task_failure::{SendTaskFailure, SendTaskFailureInput};
use aws_sdk_sfn::operation::send_task_heartbeat::{SendTaskHeartbeat, SendTaskHeartbeatInput};
use aws_sdk_sfn::operation::send_task_success::{SendTaskSuccess, SendTaskSuccessInput};

use self::client::{Purpose, ServiceClient, ordinary};
use self::clock::Clock;
use self::identity::Identities;
use self::prepared::Prepared;
use crate::failure::ErrorName;
use crate::name::{ActivityArn, ActivityName, NameError, WorkerName};
use crate::payload::Payload;
use crate::service::{ActivityService, Disposition, PolledTask, ServiceError, ServiceFuture};
use crate::token::TaskToken;

/// AWS Step Functions, or anything that speaks its protocol.
///
/// # Examples
///
/// ```no_run
/// use sfn_worker_core::{AwsService, Worker, activity};
///
/// #[activity]
/// async fn greet(name: String) -> Result<String, std::convert::Infallible> {
///     Ok(format!("hello {name}"))
/// }
///
/// // Not run here: it needs an AWS account or an endpoint.
/// #[tokio::main]
/// async fn main() -> anyhow::Result<()> {
///     let service = AwsService::from_env().await?;
///     let summary = Worker::builder(service).activity::<greet>().build()?.run_until_signal().await?;
///     println!("{summary}");
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct AwsService {
    poll: Prepared<GetActivityTask>,
    success: Prepared<SendTaskSuccess>,
    failure: Prepared<SendTaskFailure>,
    heartbeat: Prepared<SendTaskHeartbeat>,
    reports: ServiceClient,
    /// For what is called at the start only.
    ordinary: Client,
    clock: Clock,
}

impl AwsService {
    /// Uses the standard AWS configuration: environment, profile, credentials of the instance
    /// or container.
    ///
    /// Heartbeats load credentials for themselves, on the runtime that sends them.
    ///
    /// # Errors
    ///
    /// There is no region, or there are no credentials; both are looked for once, here, so
    /// that a forgotten setting is a message at the start and not a warning at each poll.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn from_env() -> Result<Self, AwsConfigError> {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let service = Self::checked(&config).await?;
        // A second chain of providers, whose connections no handler can block. The region is
        // known by now, and looking it up may be a call.
        let heartbeats = aws_config::defaults(BehaviorVersion::latest())
            .region(config.region().cloned())
            .load()
            .await;
        Ok(service.with_heartbeats_from(&heartbeats))
    }

    /// Uses a configuration of your own, after a look at it, as [`from_env`](Self::from_env)
    /// does.
    ///
    /// # Errors
    ///
    /// There is no region, or there are no credentials.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn checked(config: &SdkConfig) -> Result<Self, AwsConfigError> {
        connect::check(config).await?;
        Ok(Self::new(config))
    }

    /// Uses a configuration of your own. Its retry, time-out, stream, clock-skew and
    /// identity-cache settings are replaced by the worker's.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let clock = Clock::new(config.time_source().unwrap_or_default());
        let identities = Identities::new(clock.clone());
        let polls = ServiceClient::new(config, Purpose::Polls, &clock, &identities);
        let reports = ServiceClient::new(config, Purpose::Reports, &clock, &identities);
        Self {
            poll: polls.prepare(),
            success: reports.prepare(),
            failure: reports.prepare(),
            heartbeat: heartbeat(config, &clock),
            ordinary: ordinary(config, &clock, &identities),
            reports,
            clock,
        }
    }

    /// Sends heartbeats with another configuration for the same account and region.
    ///
    /// A source of credentials has connections of its own, which live on the runtime that
    /// opened them. With one configuration for everything, a worker whose handlers block every
    /// thread can still send heartbeats until its credentials expire; with one for heartbeats
    /// alone it goes on. [`from_env`](Self::from_env) takes care of that.
    #[must_use]
    pub fn with_heartbeats_from(mut self, config: &SdkConfig) -> Self {
        self.heartbeat = heartbeat(config, &self.clock);
        self
    }
}

fn heartbeat(config: &SdkConfig, clock: &Clock) -> Prepared<SendTaskHeartbeat> {
    let identities = Identities::new(clock.clone());
    ServiceClient::new(config, Purpose::Heartbeats, clock, &identities).prepare()
}

impl ActivityService for AwsService {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        let input = GetActivityTaskInput::builder()
            .activity_arn(activity.as_str())
            .worker_name(worker.as_str())
            .build();
        Box::pin(async move {
            let answer = self.poll.call(input).await?;
            // An empty poll has shown up as an absent, a null and an empty token.
            let Some(token) = answer.task_token.filter(|token| !token.is_empty()) else {
                return Ok(None);
            };
            let input = answer.input.unwrap_or_else(|| "null".to_owned());
            Ok(Some(PolledTask {
                token: TaskToken::new(token),
                input: Payload::new(input),
            }))
        })
    }

    fn succeed<'a>(&'a self, token: &'a TaskToken, output: &'a Payload) -> ServiceFuture<'a, ()> {
        let input = SendTaskSuccessInput::builder()
            .task_token(token.expose())
            .output(output.as_str())
            .build();
        Box::pin(async move { self.success.call(input).await.map(drop) })
    }

    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        let input = SendTaskFailureInput::builder()
            .task_token(token.expose())
            .error(error.as_str())
            .cause(cause)
            .build();
        Box::pin(async move { self.failure.call(input).await.map(drop) })
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        let input = SendTaskHeartbeatInput::builder()
            .task_token(token.expose())
            .build();
        Box::pin(async move { self.heartbeat.call(input).await.map(drop) })
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        Box::pin(async move {
            let mut found = Vec::new();
            let mut pages = self
                .ordinary
                .list_activities()
                .into_paginator()
                .page_size(1_000)
                .send();
            while let Some(page) = pages.next().await {
                for activity in page.map_err(|e| self.reports.judge(e))?.activities {
                    if names.iter().any(|name| name.as_str() == activity.name) {
                        found.push(parsed(&activity.activity_arn)?);
                    }
                }
            }
            Ok(found)
        })
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        let call = self.ordinary.create_activity().name(name.as_str());
        Box::pin(async move {
            let created = call.send().await.map_err(|e| self.reports.judge(e))?;
            parsed(&created.activity_arn)
        })
    }

    fn is_remote(&self) -> bool {
        true
    }
}

impl fmt::Debug for AwsService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The SDK shows what it knows of the credentials.
        f.debug_struct("AwsService").finish_non_exhaustive()
    }
}

fn parsed(arn: &str) -> Result<ActivityArn, ServiceError> {
    arn.parse().map_err(|error: NameError| {
        ServiceError::new(
            Disposition::Denied,
            "the service sent something that is not an ARN",
        )
        .with_source(error)
    })
}
