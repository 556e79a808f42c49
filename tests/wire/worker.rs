//! The worker over the AWS adapter, and what the adapter makes of trouble on the way.

use sfn_local_engine::ExecutionStatus;
use sfn_worker_core::{
    ActivityArn, ActivityService as _, AwsService, Disposition, ErrorName, Payload, TaskToken,
    Worker,
};
use sfn_worker_tests::Running;
use sfn_worker_tests::activities::{charge, echo, panics};
use tokio::net::TcpListener;

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

#[tokio::test]
async fn an_endpoint_that_is_down_is_passing_trouble_of_a_known_outcome() {
    // A port that was free a moment ago, and that nobody listens on.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("us-east-1"))
        .credentials_provider(aws_sdk_sfn::config::Credentials::for_tests())
        .endpoint_url(endpoint)
        .load()
        .await;
    let service = AwsService::new(&config);
    let error = service.heartbeat(&TaskToken::new("any")).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::Transient);
    assert!(!error.is_outcome_unknown(), "nothing was sent");
    let source = std::error::Error::source(&error)
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(source.to_lowercase().contains("refused"), "{source}");
}
