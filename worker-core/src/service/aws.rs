//! The adapter over the AWS SDK; this file and its folder are the only ones that name it.
//!
//! Region, profile, credentials and endpoint (`AWS_ENDPOINT_URL_SFN`) come from the standard
//! AWS configuration. The client settings are the worker's own, each for a measured reason:
//!
//! | setting | polls | reports | why |
//! |---|---|---|---|
//! | retries of the SDK | off | off | a repeated poll abandons the first one; a repeated report hides that its outcome is unknown |
//! | read time-out | 75 s | 10 s | the service holds a poll for 60 s; a dead connection would hang for ever |
//! | stalled-stream protection | off | off | it wakes every open poll once a second |
//! | clock-skew correction | off | on | a held poll looks like half a minute of skew |
//! | retry partition | own | own | failing polls must not use up what reports need |

mod classify;
mod connect;

pub use connect::AwsConfigError;

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_sfn::config::timeout::TimeoutConfig;
use aws_sdk_sfn::config::{Builder, StalledStreamProtectionConfig};

use self::classify::classify;
use crate::failure::ErrorName;
use crate::name::{ActivityArn, ActivityName, NameError, WorkerName};
use crate::payload::Payload;
use crate::service::{ActivityService, Disposition, PolledTask, ServiceError, ServiceFuture};
use crate::token::TaskToken;

/// The service holds a poll for up to 60 seconds.
const POLL_LIMIT: Duration = Duration::from_secs(75);
/// Everything else answers in milliseconds.
const CALL_LIMIT: Duration = Duration::from_secs(10);
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

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
#[derive(Debug, Clone)]
pub struct AwsService {
    polls: Client,
    reports: Client,
}

impl AwsService {
    /// Uses the standard AWS configuration: environment, profile, credentials of the instance
    /// or container.
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
        Self::checked(&aws_config::load_defaults(BehaviorVersion::latest()).await).await
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

    /// Uses a configuration of your own. Its retry, time-out and stream settings are replaced
    /// by the worker's.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        let polls = settings(config, "sfn-worker-polls", POLL_LIMIT)
            .disable_clock_skew_correction(true)
            .build();
        let reports = settings(config, "sfn-worker-reports", CALL_LIMIT).build();
        Self {
            polls: Client::from_conf(polls),
            reports: Client::from_conf(reports),
        }
    }
}

fn settings(config: &SdkConfig, partition: &'static str, limit: Duration) -> Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .read_timeout(limit)
        .operation_attempt_timeout(limit + CONNECT_LIMIT)
        .build();
    Builder::from(config)
        .retry_config(RetryConfig::disabled())
        .retry_partition(RetryPartition::new(partition))
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
}

impl ActivityService for AwsService {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        let call = self
            .polls
            .get_activity_task()
            .activity_arn(activity.as_str())
            .worker_name(worker.as_str());
        Box::pin(async move {
            let answer = call.send().await.map_err(classify)?;
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
        let call = self
            .reports
            .send_task_success()
            .task_token(token.expose())
            .output(output.as_str());
        Box::pin(async move { call.send().await.map(drop).map_err(classify) })
    }

    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        let call = self
            .reports
            .send_task_failure()
            .task_token(token.expose())
            .error(error.as_str())
            .cause(cause);
        Box::pin(async move { call.send().await.map(drop).map_err(classify) })
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        let call = self
            .reports
            .send_task_heartbeat()
            .task_token(token.expose());
        Box::pin(async move { call.send().await.map(drop).map_err(classify) })
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        Box::pin(async move {
            let mut found = Vec::new();
            let mut pages = self
                .reports
                .list_activities()
                .into_paginator()
                .page_size(1_000)
                .send();
            while let Some(page) = pages.next().await {
                for activity in page.map_err(classify)?.activities {
                    if names.iter().any(|name| name.as_str() == activity.name) {
                        found.push(parsed(&activity.activity_arn)?);
                    }
                }
            }
            Ok(found)
        })
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        let call = self.reports.create_activity().name(name.as_str());
        Box::pin(async move { parsed(&call.send().await.map_err(classify)?.activity_arn) })
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
