//! The worker over the AWS adapter, and what the adapter makes of trouble on the way.

use sfn_local_engine::ExecutionStatus;
use sfn_worker_core::{
    ActivityArn, ActivityService as _, AwsService, Disposition, ErrorName, Payload, TaskToken,
    Worker,
};
use sfn_worker_tests::Running;
use sfn_worker_tests::activities::{charge, echo, panics};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::Server;

fn machine(activity: &ActivityArn) -> String {
    serde_json::json!({"StartAt": "Work", "States": {
        "Work": {"Type": "Task", "Resource": activity.as_str(), "End": true,
                 "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]},
        "Caught": {"Type": "Pass", "End": true},
    }})
    .to_string()
}

#[tokio::test]
async fn a_worker_runs_tasks_over_real_sockets() {
    let server = Server::start().await;
    let service = AwsService::new(&server.config().await);
    let builder = Worker::builder(service)
        .activity::<echo>()
        .activity::<charge>()
        .activity::<panics>()
        .create_missing(true)
        .name("over-the-wire");
    let worker = Running::start(builder);

    let engine = &server.engine;
    for (activity, input, expected) in [
        ("echo", "[1, 2]", "[1,2]"),
        ("charge-card", r#"{"cents": 3}"#, r#""receipt for 3""#),
        ("charge-card", r#"{"cents": 9}"#, "CardDeclined"),
        ("panics", "null", "Worker.HandlerPanicked"),
    ] {
        // Creating one that the worker has created finds it.
        let arn = engine.create_activity(activity).unwrap();
        let machine = engine
            .create_state_machine(activity, &machine(&arn))
            .unwrap();
        let execution = engine.start_execution(&machine, None, input).unwrap();
        let ended = engine.wait(&execution).await.unwrap();
        assert_eq!(ended.status, ExecutionStatus::Succeeded, "{activity}");
        let output = ended.output.unwrap();
        assert!(output.contains(expected), "{activity}: {output}");
    }

    // The end of the server answers the open polls, so that the drain need not wait for them.
    worker.shutdown.drain();
    server.stop().await;
    let total = worker.ended().await.total();
    assert_eq!((total.succeeded, total.failed), (2, 2));
}

#[tokio::test]
async fn the_adapter_judges_the_answers_of_the_service() {
    let server = Server::start().await;
    let service = AwsService::new(&server.config().await);
    let name = "worker".parse().unwrap();

    let missing = "arn:aws:states:us-east-1:123456789012:activity:missing"
        .parse()
        .unwrap();
    let error = service.poll(&missing, &name).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Denied);
    assert!(error.is_activity_missing());

    let token = TaskToken::new("made up");
    let error = service.heartbeat(&token).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Gone);
    let error_name = ErrorName::from_static("Broken");
    let error = service.fail(&token, &error_name, "").await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Gone);

    let oversized = Payload::new("x".repeat(1_100_000));
    let error = service.succeed(&token, &oversized).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Refused);

    // A token that is too long is refused by validation, whose text quotes the value.
    let secret = "canary".repeat(1_000);
    let error = service
        .heartbeat(&TaskToken::new(secret))
        .await
        .unwrap_err();
    assert_eq!(error.disposition(), Disposition::Refused);
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");

    let names = ["one".parse().unwrap(), "two".parse().unwrap()];
    let created = service.create(&names[0]).await.unwrap();
    assert_eq!(service.find(&names).await.unwrap(), [created]);
    server.stop().await;
}

/// An adapter for an endpoint that is not there.
async fn service(endpoint: &str) -> AwsService {
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("us-east-1"))
        .credentials_provider(aws_sdk_sfn::config::Credentials::for_tests())
        .endpoint_url(endpoint)
        .load()
        .await;
    AwsService::new(&config)
}

#[tokio::test]
async fn a_name_without_an_address_is_passing_trouble_of_a_known_outcome() {
    // No resolver takes a label of more than 63 characters, so nobody is asked.
    let service = service(&format!("http://{}.invalid", "x".repeat(64))).await;
    let error = service.heartbeat(&TaskToken::new("any")).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Transient);
    assert!(!error.is_outcome_unknown(), "nothing was sent");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_leaves_the_outcome_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let service = service(&format!("http://{}", listener.local_addr().unwrap())).await;
    let hang_up = async {
        let (stream, _) = listener.accept().await.unwrap();
        stream.readable().await.unwrap();
    };
    let token = TaskToken::new("any");
    let (error, ()) = tokio::join!(service.heartbeat(&token), hang_up);
    let error = error.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Transient);
    assert!(error.is_outcome_unknown());
}

#[tokio::test]
async fn heartbeats_share_no_connection_with_other_calls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let service = service(&format!("http://{}", listener.local_addr().unwrap())).await;
    assert!(service.is_remote());
    let mut answering = JoinSet::new();
    let accepted = async {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            answering.spawn(answer_all(stream));
            if answering.len() == 3 {
                return;
            }
        }
    };
    let calls = async {
        let (token, output) = (TaskToken::new("any"), Payload::new("{}"));
        let arn = "arn:aws:states:us-east-1:123456789012:activity:any"
            .parse()
            .unwrap();
        let name = "worker".parse().unwrap();
        for _ in 0..3 {
            assert!(service.poll(&arn, &name).await.unwrap().is_none());
            service.succeed(&token, &output).await.unwrap();
            service.heartbeat(&token).await.unwrap();
        }
    };
    tokio::join!(accepted, calls);
}

/// Answers every request on a connection with an empty document.
async fn answer_all(mut stream: TcpStream) {
    let mut bytes = [0; 8_192];
    while stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_passing_trouble_of_a_known_outcome() {
    // A port that was free a moment ago, and that nobody listens on.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let service = service(&endpoint).await;
    let error = service.heartbeat(&TaskToken::new("any")).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Transient);
    assert!(!error.is_outcome_unknown(), "nothing was sent");
    let source = std::error::Error::source(&error)
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(source.to_lowercase().contains("refused"), "{source}");
}
