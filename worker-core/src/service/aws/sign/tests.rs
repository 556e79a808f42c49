//! Whatever the kept key signs, the SDK's own signer must sign the same, to the byte.

use std::sync::Arc;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::{BehaviorVersion, Builder, Region, SharedHttpClient};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::*;

/// Remembers the last request and answers `{}`.
#[derive(Debug, Clone, Default)]
struct Recorder(Arc<Mutex<Option<HttpRequest>>>);

impl HttpConnector for Recorder {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        *self.0.lock().unwrap() = Some(request);
        let answer = HttpResponse::new(200.try_into().unwrap(), "{}".into());
        HttpConnectorFuture::ready(Ok(answer))
    }
}

/// A clock that stands at a second since the epoch.
#[derive(Debug, Clone)]
struct Stopped(Arc<Mutex<u64>>);

impl TimeSource for Stopped {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(*self.0.lock().unwrap())
    }
}

/// An endpoint, credentials and a time to sign with.
struct Site {
    endpoint: &'static str,
    credentials: Credentials,
    seconds: u64,
}

impl Site {
    fn new() -> Self {
        Self {
            endpoint: "https://states.us-east-1.amazonaws.com",
            credentials: Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI", None, None, "test"),
            seconds: 1_795_564_799,
        }
    }

    fn settings(&self, recorder: &Recorder) -> Builder {
        let connector = SharedHttpConnector::new(recorder.clone());
        let client: SharedHttpClient = http_client_fn(move |_, _| connector.clone());
        Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(self.endpoint)
            .credentials_provider(self.credentials.clone())
            .time_source(SharedTimeSource::new(Stopped(Arc::new(Mutex::new(
                self.seconds,
            )))))
            .disable_clock_skew_correction(true)
            .http_client(client)
    }

    /// What the SDK's signer and ours make of the same call.
    async fn both(&self, output: &str) -> [Vec<Option<String>>; 2] {
        let recorder = Recorder::default();
        let sdk = Client::from_conf(self.settings(&recorder).build());
        let settings = self
            .settings(&recorder)
            .push_auth_scheme(KeptKey::default());
        let ours = Client::from_conf(settings.build());
        let mut signed = Vec::new();
        for client in [sdk, ours] {
            let call = client.send_task_success().task_token("t").output(output);
            call.send().await.unwrap();
            signed.push(headers(&recorder));
        }
        signed.try_into().unwrap()
    }
}

fn headers(recorder: &Recorder) -> Vec<Option<String>> {
    let request = recorder.0.lock().unwrap().take().unwrap();
    ["authorization", "x-amz-date", "x-amz-security-token"]
        .map(|name| request.headers().get(name).map(str::to_owned))
        .to_vec()
}

#[tokio::test]
async fn the_signature_is_the_one_of_the_sdk() {
    for endpoint in [
        "https://states.us-east-1.amazonaws.com",
        "https://states.us-east-1.amazonaws.com:443",
        "http://127.0.0.1:8083",
        "http://[::1]:80",
        // Signed by the SDK in both cases.
        "https://proxy.example/behind/a/path",
    ] {
        for token in [None, Some("session/token+of==the role".to_owned())] {
            for output in ["{}", "\"\\u00fc ü  two blanks\""] {
                let mut site = Site::new();
                site.endpoint = endpoint;
                site.credentials = Credentials::new("AKID", "secret", token.clone(), None, "test");
                let [sdk, ours] = site.both(output).await;
                assert_eq!(sdk, ours, "{endpoint} {output}");
                let authorization = ours[0].as_deref().unwrap();
                assert!(authorization.contains("x-amz-target"), "{authorization}");
                assert_eq!(ours[2], token);
            }
        }
    }
}

#[tokio::test]
async fn a_key_is_kept_until_the_day_or_the_credentials_change() {
    let recorder = Recorder::default();
    let mut site = Site::new();
    let time = Stopped(Arc::new(Mutex::new(site.seconds)));
    let key = Arc::new(Signer::default());
    let settings = site
        .settings(&recorder)
        .time_source(SharedTimeSource::new(time.clone()))
        .push_auth_scheme(Watched(Arc::clone(&key)));
    let client = Client::from_conf(settings.build());
    let scope = async || {
        let call = client.send_task_heartbeat().task_token("t");
        call.send().await.unwrap();
        let kept = key.kept.lock().unwrap().clone();
        (headers(&recorder), kept.expect("it signed"))
    };

    let (first, key_of_first) = scope().await;
    let (_, again) = scope().await;
    assert!(Arc::ptr_eq(&key_of_first, &again), "the key is kept");

    // The last second of a day is over.
    site.seconds += 1;
    *time.0.lock().unwrap() = site.seconds;
    let (next_day, key_of_next_day) = scope().await;
    assert!(!Arc::ptr_eq(&key_of_first, &key_of_next_day));
    assert_eq!(first[1].as_deref(), Some("20261124T235959Z"));
    assert_eq!(next_day[1].as_deref(), Some("20261125T000000Z"));
    let [sdk, ours] = site.both("{}").await;
    assert_eq!(sdk, ours);

    assert!(!key_of_first.is_for(
        &Credentials::new("AKIDEXAMPLE", "another", None, None, "test"),
        site.seconds / DAY,
        "us-east-1",
        "states"
    ));
}

#[test]
fn p10_a_key_shows_no_secret() {
    let credentials = Credentials::new("AKID", "hunter2", Some("token".to_owned()), None, "test");
    let key = Key::derive(&credentials, 0, "us-east-1", "states").unwrap();
    assert_eq!(
        format!("{key:?}"),
        "Key { scope: \"19700101/us-east-1/states/aws4_request\", .. }"
    );
}

/// The scheme with a signer that the test can look into.
#[derive(Debug)]
struct Watched(Arc<Signer>);

impl AuthScheme for Watched {
    fn scheme_id(&self) -> AuthSchemeId {
        SCHEME_ID
    }

    fn identity_resolver(
        &self,
        identity_resolvers: &dyn GetIdentityResolver,
    ) -> Option<SharedIdentityResolver> {
        identity_resolvers.identity_resolver(SCHEME_ID)
    }

    fn signer(&self) -> &dyn Sign {
        &*self.0
    }
}
