//! The adapter's clients: their time limits, and what they make of an error.

use std::fmt;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::http::HttpResponse;
use aws_sdk_sfn::config::retry::RetryConfig;
use aws_sdk_sfn::config::timeout::TimeoutConfig;
use aws_sdk_sfn::config::{Builder, SharedRuntimePlugin, StalledStreamProtectionConfig};
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};

use super::classify::{Verdict, classify};
use super::clock::Clock;
use super::common::common;
use super::identity::Identities;
use super::prepared::{Operation, Prepared};
use super::sign::KeptKey;
use crate::service::ServiceError;

/// The service holds a poll for up to 60 seconds.
const POLL_LIMIT: Duration = Duration::from_secs(75);
/// Everything else answers in milliseconds.
const REPORT_LIMIT: Duration = Duration::from_secs(10);
/// A heartbeat that takes longer is better sent again.
const HEARTBEAT_LIMIT: Duration = Duration::from_secs(5);
const CONNECT_LIMIT: Duration = Duration::from_secs(3);

/// What a client is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Polls,
    Reports,
    Heartbeats,
}

impl Purpose {
    fn limit(self) -> Duration {
        match self {
            Self::Polls => POLL_LIMIT,
            Self::Reports => REPORT_LIMIT,
            Self::Heartbeats => HEARTBEAT_LIMIT,
        }
    }

    fn timeouts(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(CONNECT_LIMIT)
            .read_timeout(self.limit())
            .operation_attempt_timeout(self.limit() + CONNECT_LIMIT)
            .build()
    }
}

/// Calls for one purpose, over connections of their own, with the time and the credentials that
/// they are signed with.
#[derive(Clone)]
pub(super) struct ServiceClient {
    common: SharedRuntimePlugin,
    clock: Clock,
    identities: Identities,
}

impl ServiceClient {
    pub(super) fn new(
        config: &SdkConfig,
        purpose: Purpose,
        clock: &Clock,
        identities: &Identities,
    ) -> Self {
        let common = common(config, purpose.timeouts(), clock, identities);
        Self {
            common: SharedRuntimePlugin::new(common),
            clock: clock.clone(),
            identities: identities.clone(),
        }
    }

    /// Prepares an operation that is called again and again.
    pub(super) fn prepare<O: Operation>(&self) -> Prepared<O> {
        Prepared::new(self.clone(), self.common.clone())
    }

    /// Judges an error of a call, and renews what the service said is out of date.
    pub(super) fn judge<E>(&self, error: SdkError<E, HttpResponse>) -> ServiceError
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let date = error
            .raw_response()
            .and_then(|answer| answer.headers().get("date"))
            .map(str::to_owned);
        match classify(error) {
            Verdict::Plain(error) => error,
            Verdict::CredentialsRefused(error) => {
                self.identities.forget();
                error
            }
            Verdict::SignatureRefused(refusal) => refusal.with(self.clock.correct(date.as_deref())),
        }
    }
}

impl fmt::Debug for ServiceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What calls have in common holds the source of the credentials.
        f.debug_struct("ServiceClient").finish_non_exhaustive()
    }
}

/// The SDK's own client, for what is called at the start only.
pub(super) fn ordinary(config: &SdkConfig, clock: &Clock, identities: &Identities) -> Client {
    let settings = Builder::from(config)
        .retry_config(RetryConfig::disabled())
        .timeout_config(Purpose::Reports.timeouts())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .time_source(clock.clone())
        .disable_clock_skew_correction(true)
        .identity_cache(identities.clone())
        .push_auth_scheme(KeptKey::default());
    Client::from_conf(settings.build())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, Mutex};

    use aws_credential_types::provider::future::ProvideCredentials;
    use aws_sdk_sfn::config::{BehaviorVersion, Credentials, Region};
    use aws_sdk_sfn::operation::send_task_heartbeat::{SendTaskHeartbeat, SendTaskHeartbeatInput};
    use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

    use super::*;
    use crate::service::Disposition;

    /// Refuses every call with a code, an hour ahead of our clock, and notes when it was signed.
    #[derive(Debug, Clone)]
    struct Refusing {
        code: &'static str,
        signed_at: Arc<Mutex<Vec<String>>>,
    }

    impl HttpConnector for Refusing {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let date = request.headers().get("x-amz-date").unwrap().to_owned();
            self.signed_at.lock().unwrap().push(date);
            let body = format!(r#"{{"__type":"{}","message":"no"}}"#, self.code);
            let mut answer = HttpResponse::new(400.try_into().unwrap(), body.into());
            let headers = answer.headers_mut();
            headers.insert("date", "Sat, 14 Feb 2009 00:31:30 GMT");
            HttpConnectorFuture::ready(Ok(answer))
        }
    }

    /// Counts how often it is asked.
    #[derive(Debug, Clone, Default)]
    struct Source(Arc<AtomicU32>);

    impl aws_sdk_sfn::config::ProvideCredentials for Source {
        fn provide_credentials<'a>(&'a self) -> ProvideCredentials<'a>
        where
            Self: 'a,
        {
            self.0.fetch_add(1, Ordering::Relaxed);
            ProvideCredentials::ready(Ok(Credentials::for_tests()))
        }
    }

    /// A client that is refused, the times it signs with, and the loads of its credentials.
    fn refused(code: &'static str) -> (ServiceClient, Arc<Mutex<Vec<String>>>, Arc<AtomicU32>) {
        let signed_at = Arc::default();
        let source = Source::default();
        let connector = SharedHttpConnector::new(Refusing {
            code,
            signed_at: Arc::clone(&signed_at),
        });
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url("http://127.0.0.1")
            .credentials_provider(aws_sdk_sfn::config::SharedCredentialsProvider::new(
                source.clone(),
            ))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        let stopped = StaticTimeSource::from_secs(1_234_567_890);
        let clock = Clock::new(SharedTimeSource::new(stopped));
        let identities = Identities::new(clock.clone());
        let client = ServiceClient::new(&config, Purpose::Reports, &clock, &identities);
        (client, signed_at, source.0)
    }

    async fn beat(client: &ServiceClient) -> ServiceError {
        let input = SendTaskHeartbeatInput::builder().task_token("t").build();
        let heartbeat = client.prepare::<SendTaskHeartbeat>();
        heartbeat.call(input).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_clock_that_is_wrong_heals() {
        let (client, signed_at, _) = refused("InvalidSignatureException");
        let error = beat(&client).await;
        assert_eq!(error.disposition(), Disposition::Transient);
        assert!(error.to_string().contains("3600 s behind"), "{error}");
        // With the right time a refused signature is the fault of the secret.
        assert_eq!(beat(&client).await.disposition(), Disposition::Denied);
        assert_eq!(
            *signed_at.lock().unwrap(),
            ["20090213T233130Z", "20090214T003130Z"]
        );
    }

    #[tokio::test]
    async fn credentials_that_the_service_calls_expired_are_loaded_again_but_not_each_time() {
        let (client, _, loads) = refused("ExpiredTokenException");
        for expected in [1, 2, 2] {
            let error = beat(&client).await;
            assert_eq!(error.disposition(), Disposition::Transient);
            assert_eq!(loads.load(Ordering::Relaxed), expected);
        }
    }
}
