//! The store in a bucket, over real sockets, against a small server that answers like S3.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::Value;
use sfn_worker_core::claim_check::{
    ClaimCheck, PayloadDigest, PayloadStore as _, S3Store, StoreError, StoreTrouble,
};
use sfn_worker_core::testing::{Answer, ScriptedService};
use sfn_worker_core::{Payload, Worker};
use sfn_worker_tests::activities::{echo, oversized};
use sfn_worker_tests::{Running, bounded};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::config;

/// What the bucket holds, and what it is to answer instead.
#[derive(Debug, Default)]
struct Bucket {
    objects: BTreeMap<String, Bytes>,
    faults: Vec<Fault>,
    requests: Vec<(String, HeaderMap)>,
}

#[derive(Debug, Clone)]
enum Fault {
    Status(StatusCode, &'static str),
    Content(&'static str),
    /// The connection ends in the middle of the answer.
    BreakOff,
}

#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Bucket>>);

/// A fake S3 with one bucket, and a store in it under the prefix `claims/`.
struct FakeS3 {
    shared: Shared,
    store: S3Store,
    _serving: JoinSet<std::io::Result<()>>,
}

impl FakeS3 {
    async fn start() -> Self {
        let shared = Shared::default();
        let objects = get(download).put(upload);
        let router = Router::new()
            .route("/bucket/{*key}", objects)
            .with_state(shared.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await });
        let config = config(&endpoint).await;
        let store = S3Store::new(&config, "s3://bucket/claims/").unwrap();
        Self {
            shared,
            store: store.with_path_style().with_bucket_owner("123456789012"),
            _serving: serving,
        }
    }

    async fn put(&self, json: &str) -> Result<String, StoreError> {
        let digest = PayloadDigest::of(json.as_bytes());
        self.store.put(&Payload::new(json), digest).await
    }

    fn fault(&self, times: usize, fault: &Fault) {
        let mut bucket = self.shared.0.lock().unwrap();
        bucket.faults.extend(vec![fault.clone(); times]);
    }

    /// The methods of the requests since the last look.
    fn requests(&self) -> Vec<String> {
        let mut bucket = self.shared.0.lock().unwrap();
        bucket.requests.drain(..).map(|request| request.0).collect()
    }
}

async fn upload(
    State(shared): State<Shared>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut bucket = shared.0.lock().unwrap();
    bucket.requests.push(("PUT".to_owned(), headers));
    if let Some(fault) = bucket.faults.pop() {
        return fault.answer();
    }
    bucket.objects.insert(key, body);
    StatusCode::OK.into_response()
}

async fn download(
    State(shared): State<Shared>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Response {
    let mut bucket = shared.0.lock().unwrap();
    bucket.requests.push(("GET".to_owned(), headers));
    if let Some(fault) = bucket.faults.pop() {
        return fault.answer();
    }
    match bucket.objects.get(&key) {
        Some(content) => content.clone().into_response(),
        None => Fault::Status(StatusCode::NOT_FOUND, "NoSuchKey").answer(),
    }
}

impl Fault {
    fn answer(self) -> Response {
        match self {
            Self::Status(status, code) => {
                let body = format!(
                    "<?xml version=\"1.0\"?><Error><Code>{code}</Code>\
                     <Message>canary</Message><Key>canary</Key></Error>"
                );
                (status, [("content-type", "application/xml")], body).into_response()
            }
            Self::Content(content) => content.into_response(),
            Self::BreakOff => {
                let chunks = [Ok(Bytes::from_static(b"[1")), Err("broken off")];
                axum::body::Body::from_stream(futures_util::stream::iter(chunks)).into_response()
            }
        }
    }
}

#[tokio::test]
async fn an_object_goes_out_and_comes_back_under_its_hash() {
    let s3 = FakeS3::start().await;
    let uri = s3.put("[1]").await.unwrap();
    let digest = PayloadDigest::of(b"[1]");
    assert_eq!(uri, format!("s3://bucket/claims/{digest}.json"));
    assert_eq!(s3.put("[1]").await.unwrap(), uri);
    assert_eq!(s3.store.get(&uri, 3).await.unwrap(), b"[1]");
    let bucket = s3.shared.0.lock().unwrap();
    assert_eq!(bucket.objects.len(), 1);
    for (_, headers) in &bucket.requests {
        assert_eq!(headers["x-amz-expected-bucket-owner"], "123456789012");
    }
    // The signature covers the body.
    let (_, headers) = &bucket.requests[0];
    assert_eq!(headers["x-amz-content-sha256"], digest.to_string().as_str());
    assert_eq!(headers["content-type"], "application/json");
}

#[tokio::test]
async fn reading_stops_at_the_limit() {
    let s3 = FakeS3::start().await;
    let uri = s3.put("[1, 2]").await.unwrap();
    let error = s3.store.get(&uri, 5).await.unwrap_err();
    assert_eq!(error.trouble(), StoreTrouble::TooLong);
}

#[tokio::test]
async fn nothing_is_asked_for_a_place_outside_the_prefix() {
    let s3 = FakeS3::start().await;
    for uri in [
        "s3://bucket/other",
        "s3://other/claims/x",
        "file:///etc/passwd",
    ] {
        let error = s3.store.get(uri, 100).await.unwrap_err();
        assert_eq!(error.trouble(), StoreTrouble::Foreign);
        assert!(!error.to_string().contains("passwd"), "{error}");
    }
    assert!(s3.requests().is_empty());
}

#[tokio::test]
async fn every_answer_of_s3_is_judged() {
    let s3 = FakeS3::start().await;
    let uri = s3.put("[1]").await.unwrap();
    for (status, code, trouble, words) in [
        (
            403,
            "AccessDenied",
            StoreTrouble::Denied,
            "s3:GetObject in s3://bucket/claims/",
        ),
        (
            403,
            "InvalidAccessKeyId",
            StoreTrouble::Denied,
            "InvalidAccessKeyId",
        ),
        (404, "NoSuchKey", StoreTrouble::Missing, "no such payload"),
        (
            404,
            "NoSuchBucket",
            StoreTrouble::Unavailable,
            "NoSuchBucket",
        ),
        (
            400,
            "InvalidRequest",
            StoreTrouble::Unavailable,
            "HTTP status 400",
        ),
    ] {
        s3.fault(
            1,
            &Fault::Status(StatusCode::from_u16(status).unwrap(), code),
        );
        let error = s3.store.get(&uri, 100).await.unwrap_err();
        assert_eq!(error.trouble(), trouble, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        let source = std::error::Error::source(&error);
        let text = format!("{error:?} {error} {source:?}");
        assert!(!text.contains("canary"), "{text}");
    }
    s3.fault(1, &Fault::Status(StatusCode::FORBIDDEN, "AccessDenied"));
    let error = s3.put("[1]").await.unwrap_err();
    assert!(error.to_string().contains("s3:PutObject"), "{error}");
}

#[tokio::test]
async fn passing_trouble_is_retried_and_lasting_trouble_is_given_up() {
    let s3 = FakeS3::start().await;
    let uri = s3.put("[1]").await.unwrap();
    s3.requests();
    let busy = Fault::Status(StatusCode::SERVICE_UNAVAILABLE, "SlowDown");
    s3.fault(2, &busy);
    assert_eq!(s3.store.get(&uri, 100).await.unwrap(), b"[1]");
    assert_eq!(s3.requests(), ["GET"; 3]);
    s3.fault(1, &Fault::BreakOff);
    assert_eq!(s3.store.get(&uri, 100).await.unwrap(), b"[1]");
    assert_eq!(s3.requests(), ["GET"; 2]);

    s3.fault(
        4,
        &Fault::Status(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
    );
    let error = s3.put("[2]").await.unwrap_err();
    assert_eq!(error.trouble(), StoreTrouble::Unavailable);
    assert!(error.to_string().contains("500, InternalError"), "{error}");
    assert_eq!(s3.requests(), ["PUT"; 4]);
}

#[tokio::test]
async fn nobody_at_the_endpoint_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let config = config(&endpoint).await;
    let store = S3Store::new(&config, "s3://bucket/claims/").unwrap();
    let error = store.get("s3://bucket/claims/x", 1).await.unwrap_err();
    assert_eq!(error.trouble(), StoreTrouble::Unavailable);
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.to_lowercase().contains("refused"), "{source}");
}

#[tokio::test]
async fn a_worker_keeps_its_large_payloads_in_the_bucket() {
    let s3 = FakeS3::start().await;
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<oversized>()
        .activity::<echo>()
        .layer(ClaimCheck::new(s3.store.clone()));
    let worker = Running::start(builder);
    let answer = |activity: &str, input: &str| {
        let task = service.offer(activity, input);
        async move { bounded(task.answer()).await }
    };

    let stored = answer("oversized", "null").await;
    let pointer: Value = serde_json::from_str(stored.output().unwrap()).unwrap();
    let pointer = &pointer["sfnWorkerPayload"];
    assert_eq!(pointer["bucket"], "bucket");
    let key = pointer["key"].as_str().unwrap();
    assert!(key.starts_with("claims/"), "{key}");
    // The same payload comes in, goes out again and gets the same pointer.
    let echoed = answer("echo", stored.output().unwrap()).await;
    assert_eq!(echoed, stored);

    s3.fault(1, &Fault::Content("[]"));
    let corrupt = answer("echo", stored.output().unwrap()).await;
    assert_failed(
        &corrupt,
        "Worker.PayloadCorrupt",
        "2 bytes instead of 262146",
    );
    s3.fault(1, &Fault::Status(StatusCode::FORBIDDEN, "AccessDenied"));
    let denied = answer("echo", stored.output().unwrap()).await;
    assert_failed(&denied, "States.Permissions", "S3 refused s3:GetObject");
    s3.shared.0.lock().unwrap().objects.clear();
    let expired = answer("echo", stored.output().unwrap()).await;
    assert_failed(&expired, "Worker.PayloadUnavailable", "no such payload");
    worker.shutdown.abort();
    worker.ended().await;
}

#[track_caller]
fn assert_failed(answer: &Answer, error: &str, cause: &str) {
    assert_eq!(answer.error(), Some(error), "{answer:?}");
    assert!(answer.cause().unwrap().contains(cause), "{answer:?}");
}
