//! P7, P10: an answer that cannot be read is an error of the poll: it crashes nothing, and nobody
//! is told what was in it.

use std::error::Error;

use axum::Router;
use sfn_worker_core::{ActivityArn, ActivityService as _, AwsService, Disposition, WorkerName};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::config;

/// Answers every request with this body.
async fn answering(body: Vec<u8>, servers: &mut JoinSet<()>) -> AwsService {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let headers = [("content-type", "application/x-amz-json-1.0")];
    let app = Router::new().fallback(move || async move { (headers, body.clone()) });
    servers.spawn(async move { axum::serve(listener, app).await.unwrap() });
    AwsService::new(&config(&url).await)
}

/// The texts of an error and its sources, and what their `Debug` shows.
fn everything(error: &(dyn Error + 'static)) -> String {
    let sources = std::iter::successors(Some(error), |&error| error.source());
    sources.map(|error| format!("{error} {error:?} ")).collect()
}

#[tokio::test]
async fn p7_an_answer_that_cannot_be_read_is_an_error_that_quotes_nothing() {
    let activity: ActivityArn = "arn:aws:states:us-east-1:000000000000:activity:echo"
        .parse()
        .unwrap();
    let worker: WorkerName = "test-worker".parse().unwrap();
    let mut servers = JoinSet::new();
    let with_input = |input: &[u8]| {
        let mut body = br#"{"taskToken":"canary-token","input":""#.to_vec();
        body.extend(input);
        body.extend(br#""}"#);
        body
    };
    for body in [
        with_input(b"canary \xff\xfe"),
        with_input(br"canary \ud800"),
        with_input(br"canary \ud800\ud800 canary"),
        with_input(b"canary \x01"),
        with_input(br"canary \x"),
        b"canary".to_vec(),
        br#"{"taskToken":"canary-token""#.to_vec(),
        br#"["canary"]"#.to_vec(),
        br#"{"taskToken":{"canary":1},"input":"{}"}"#.to_vec(),
        [b"{\"input\":", &b"[".repeat(200_000)[..]].concat(),
    ] {
        let service = answering(body.clone(), &mut servers).await;
        let answer = service.poll(&activity, &worker).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        match answer {
            Ok(task) => assert!(task.is_none(), "{shown}"),
            Err(error) => {
                assert_eq!(error.disposition(), Disposition::Transient, "{shown}");
                assert!(!everything(&error).contains("canary"), "{shown}: {error:?}");
            }
        }
    }
}
