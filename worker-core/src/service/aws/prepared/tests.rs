//! What is prepared must arrive as the SDK's own client would send it, and fail as it would.

use std::sync::{Arc, Mutex};

use aws_config::SdkConfig;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::http::{HttpRequest, HttpResponse};
use aws_sdk_sfn::config::{AppName, BehaviorVersion, Credentials, FrameworkMetadata, Region};
use aws_sdk_sfn::config::{SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_types::sdk_config::Builder;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::super::client::{Purpose, ordinary};
use super::super::clock::Clock;
use super::super::identity::Identities;
use super::*;

/// Keeps all requests and answers `{}`.
#[derive(Debug, Clone, Default)]
struct Recorder(Arc<Mutex<Vec<HttpRequest>>>);

impl Recorder {
    fn client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }
}

impl HttpConnector for Recorder {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.0.lock().unwrap().push(request);
        let answer = HttpResponse::new(200.try_into().unwrap(), "{}".into());
        HttpConnectorFuture::ready(Ok(answer))
    }
}

/// A profile with an endpoint for Step Functions.
#[derive(Debug)]
struct Profile;

impl LoadServiceConfig for Profile {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let asked = (key.service_id(), key.env(), key.profile());
        (asked == ("SFN", "AWS_ENDPOINT_URL", "endpoint_url"))
            .then(|| "http://for-this-service:8083".to_owned())
    }
}

/// Both ways to make a call, over the same configuration.
struct Both {
    recorder: Recorder,
    sdk: Client,
    ours: ServiceClient,
}

impl Both {
    fn new(change: fn(Builder) -> Builder) -> Self {
        let recorder = Recorder::default();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
            .http_client(recorder.client());
        let config = change(config).build();
        let stopped = StaticTimeSource::from_secs(1_795_564_799);
        let clock = Clock::new(SharedTimeSource::new(stopped));
        let identities = Identities::new(clock.clone());
        Self {
            sdk: ordinary(&config, &clock, &identities),
            ours: ServiceClient::new(&config, Purpose::Reports, &clock, &identities),
            recorder,
        }
    }

    /// The requests since the last look.
    fn sent(&self) -> Vec<Sent> {
        let requests = std::mem::take(&mut *self.recorder.0.lock().unwrap());
        requests.iter().map(Sent::of).collect()
    }

    /// What a heartbeat in both ways sends.
    async fn heartbeats(&self) -> [Sent; 2] {
        let call = self.sdk.send_task_heartbeat().task_token("t");
        call.send().await.unwrap();
        let heartbeat = self.ours.prepare::<SendTaskHeartbeat>();
        let input = SendTaskHeartbeatInput::builder().task_token("t").build();
        heartbeat.call(input).await.unwrap();
        self.sent().try_into().unwrap()
    }

    /// A heartbeat in both ways, neither of which gets as far as a request.
    async fn refused(&self) -> [ServiceError; 2] {
        let call = self.sdk.send_task_heartbeat().task_token("t");
        let theirs = self.ours.judge(call.send().await.unwrap_err());
        let heartbeat = self.ours.prepare::<SendTaskHeartbeat>();
        let input = SendTaskHeartbeatInput::builder().task_token("t").build();
        let ours = heartbeat.call(input).await.unwrap_err();
        assert!(self.sent().is_empty());
        [theirs, ours]
    }
}

/// A request but for what the SDK adds for its own statistics.
#[derive(Debug, PartialEq)]
struct Sent {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Sent {
    fn of(request: &HttpRequest) -> Self {
        let mut headers: Vec<_> = request
            .headers()
            .iter()
            .filter(|(name, _)| !matches!(*name, "amz-sdk-invocation-id" | "amz-sdk-request"))
            // Signs the headers that are compared here, and those that are not.
            .filter(|(name, _)| *name != "authorization")
            .map(|(name, value)| (name.to_owned(), without_metrics(value)))
            .collect();
        headers.sort();
        Self {
            line: format!("{} {}", request.method(), request.uri()),
            headers,
            body: request.body().bytes().unwrap().to_vec(),
        }
    }

    fn header(&self, wanted: &str) -> &str {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| name == wanted);
        &found.unwrap_or_else(|| panic!("{wanted} in {self:?}")).1
    }
}

/// A user agent says which features of the SDK took part.
fn without_metrics(value: &str) -> String {
    let words = value.split(' ').filter(|word| !word.starts_with("m/"));
    words.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn every_operation_sends_what_the_client_of_the_sdk_sends() {
    let both = Both::new(|config| config);
    let text = "ü \"quoted\" \u{1F980}\n";

    let theirs = both.sdk.get_activity_task().activity_arn(text);
    theirs.worker_name("w").send().await.unwrap();
    let input = GetActivityTaskInput::builder().activity_arn(text);
    let poll = both.ours.prepare::<GetActivityTask>();
    poll.call(input.worker_name("w").build()).await.unwrap();

    let theirs = both.sdk.send_task_success().task_token("t").output(text);
    theirs.send().await.unwrap();
    let input = SendTaskSuccessInput::builder().task_token("t").output(text);
    let success = both.ours.prepare::<SendTaskSuccess>();
    success.call(input.build()).await.unwrap();

    let theirs = both.sdk.send_task_failure().task_token("t").error("E");
    theirs.cause(text).send().await.unwrap();
    let input = SendTaskFailureInput::builder().task_token("t").error("E");
    let failure = both.ours.prepare::<SendTaskFailure>();
    failure.call(input.cause(text).build()).await.unwrap();

    let theirs = both.sdk.send_task_heartbeat().task_token(text);
    theirs.send().await.unwrap();
    let input = SendTaskHeartbeatInput::builder().task_token(text).build();
    let heartbeat = both.ours.prepare::<SendTaskHeartbeat>();
    heartbeat.call(input).await.unwrap();

    let sent = both.sent();
    let targets = [
        "GetActivityTask",
        "SendTaskSuccess",
        "SendTaskFailure",
        "SendTaskHeartbeat",
    ];
    assert_eq!(sent.len(), 2 * targets.len());
    for (pair, target) in sent.chunks(2).zip(targets) {
        assert_eq!(pair[0], pair[1]);
        assert_eq!(pair[1].line, "POST https://states.eu-west-1.amazonaws.com/");
        let expected = format!("AWSStepFunctions.{target}");
        assert_eq!(pair[1].header("x-amz-target"), expected);
        assert!(pair[1].header("user-agent").contains("api/sfn/"));
    }
}

#[tokio::test]
async fn an_endpoint_is_found_where_the_client_of_the_sdk_finds_it() {
    for (change, host) in [
        (
            (|config| config.use_fips(true)) as fn(Builder) -> Builder,
            "https://states-fips.eu-west-1.amazonaws.com/",
        ),
        (
            |config| config.use_dual_stack(true),
            "https://states.eu-west-1.api.aws/",
        ),
        (
            |config| config.region(Region::new("cn-north-1")),
            "https://states.cn-north-1.amazonaws.com.cn/",
        ),
        (
            |config| config.endpoint_url("http://127.0.0.1:4566/behind/a/path"),
            "http://127.0.0.1:4566/behind/a/path/",
        ),
        (
            |config| config.service_config(Profile),
            "http://for-this-service:8083/",
        ),
        (
            // From the environment, where what is said of one service goes before.
            |config| {
                let config = config.endpoint_url("http://for-all:1");
                config.service_config(Profile)
            },
            "http://for-this-service:8083/",
        ),
        (
            |mut config| {
                config.insert_origin("endpoint_url", aws_types::origin::Origin::shared_config());
                config
                    .endpoint_url("http://in-code:1")
                    .service_config(Profile)
            },
            "http://in-code:1/",
        ),
    ] {
        let [theirs, ours] = Both::new(change).heartbeats().await;
        assert_eq!(theirs, ours);
        assert_eq!(ours.line, format!("POST {host}"));
    }
}

#[tokio::test]
async fn the_user_agent_names_the_application() {
    let both = Both::new(|config| {
        config
            .app_name(AppName::new("thumbnails").unwrap())
            .framework_metadata(FrameworkMetadata::new("frame", Some("1.0")).unwrap())
    });
    let [theirs, ours] = both.heartbeats().await;
    assert_eq!(theirs, ours);
    let agent = ours.header("x-amz-user-agent");
    assert!(
        agent.contains("app/thumbnails") && agent.contains("frame"),
        "{agent}"
    );
}

#[tokio::test]
async fn a_call_that_cannot_be_made_says_the_same_as_the_client_of_the_sdk() {
    for change in [
        (|config| config.region(None)) as fn(Builder) -> Builder,
        |config| config.region(Region::new("not a region")),
        |config| config.use_fips(true).endpoint_url("http://127.0.0.1:1"),
    ] {
        let [theirs, ours] = Both::new(change).refused().await;
        assert_eq!(theirs.to_string(), ours.to_string());
        assert_eq!(theirs.disposition(), ours.disposition());
    }
}

#[test]
fn p10_a_service_shows_no_credentials() {
    let credentials = Credentials::new("AKIDEXAMPLE", "hunter2", Some("t0ken".into()), None, "p");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let service = crate::AwsService::new(&config);
    assert_eq!(format!("{service:?}"), "AwsService { .. }");
    let clock = Clock::new(SharedTimeSource::default());
    let client = ServiceClient::new(
        &config,
        Purpose::Polls,
        &clock,
        &Identities::new(clock.clone()),
    );
    let poll = client.prepare::<GetActivityTask>();
    assert_eq!(
        format!("{client:?} {poll:?}"),
        "ServiceClient { .. } GetActivityTask"
    );
}
