//! The protocol as the AWS SDK for Rust sees it.

use aws_sdk_sfn::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEventType};

use crate::Server;

const MACHINE: &str = r#"{"StartAt": "Work", "States": {"Work": {
    "Type": "Task", "Resource": "ARN", "HeartbeatSeconds": 60, "TimeoutSeconds": 600, "End": true}}}"#;

#[tokio::test]
async fn an_execution_goes_from_start_to_history_with_an_unmodified_client() {
    let server = Server::start().await;
    let client = server.client().await;
    let activity = client
        .create_activity()
        .name("work")
        .send()
        .await
        .unwrap()
        .activity_arn;
    let machine = client
        .create_state_machine()
        .name("machine")
        .role_arn("arn:aws:iam::123456789012:role/any")
        .definition(MACHINE.replace("ARN", &activity))
        .send()
        .await
        .unwrap()
        .state_machine_arn;
    let execution = client
        .start_execution()
        .state_machine_arn(&machine)
        .input(r#"{"n": 1}"#)
        .send()
        .await
        .unwrap()
        .execution_arn;

    let task = client
        .get_activity_task()
        .activity_arn(&activity)
        .worker_name("by-hand")
        .send()
        .await
        .unwrap();
    assert_eq!(task.input(), Some(r#"{"n": 1}"#));
    let token = task.task_token().unwrap();
    client
        .send_task_heartbeat()
        .task_token(token)
        .send()
        .await
        .unwrap();
    client
        .send_task_success()
        .task_token(token)
        .output("[1]")
        .send()
        .await
        .unwrap();

    let described = client
        .describe_execution()
        .execution_arn(&execution)
        .send()
        .await
        .unwrap();
    assert_eq!(described.status(), &ExecutionStatus::Succeeded);
    assert_eq!(described.output(), Some("[1]"));

    let mut types = Vec::new();
    let mut pages = client
        .get_execution_history()
        .execution_arn(&execution)
        .max_results(3)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let events = page.unwrap().events;
        assert!(events.len() <= 3);
        types.extend(events.into_iter().map(|event| event.r#type));
    }
    use HistoryEventType as Type;
    assert_eq!(
        types,
        [
            Type::ExecutionStarted,
            Type::TaskStateEntered,
            Type::ActivityScheduled,
            Type::ActivityStarted,
            Type::ActivitySucceeded,
            Type::TaskStateExited,
            Type::ExecutionSucceeded,
        ]
    );
    server.stop().await;
}

#[tokio::test]
async fn errors_arrive_as_the_typed_errors_of_the_client() {
    let server = Server::start().await;
    let client = server.client().await;

    let missing = "arn:aws:states:us-east-1:123456789012:activity:missing";
    let error = client
        .get_activity_task()
        .activity_arn(missing)
        .send()
        .await
        .unwrap_err();
    assert!(error.into_service_error().is_activity_does_not_exist());

    let error = client
        .send_task_success()
        .task_token("x")
        .output("1")
        .send()
        .await
        .unwrap_err();
    assert!(error.into_service_error().is_invalid_token());

    let error = client
        .create_activity()
        .name("a b")
        .send()
        .await
        .unwrap_err();
    assert!(error.into_service_error().is_invalid_name());

    let error = client
        .create_state_machine()
        .name("broken")
        .role_arn("arn:aws:iam::123456789012:role/any")
        .definition("{}")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_invalid_definition());
    assert!(
        error
            .message()
            .unwrap()
            .contains("SCHEMA_VALIDATION_FAILED"),
        "{error:?}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_body_above_the_limit_is_answered_as_the_front_end_of_aws_does() {
    let server = Server::start().await;
    let client = server.client().await;
    let output = "x".repeat(1_100_000);
    let error = client
        .send_task_success()
        .task_token("x")
        .output(output)
        .send()
        .await
        .unwrap_err();
    let SdkError::ServiceError(context) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(context.raw().status().as_u16(), 413);
    assert_eq!(context.err().code(), None);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_its_task_to_the_next_poll() {
    let server = Server::start().await;
    let client = server.client().await;
    let activity = server.engine.create_activity("work").unwrap();
    {
        let poll = client
            .get_activity_task()
            .activity_arn(activity.as_str())
            .send();
        let mut poll = std::pin::pin!(poll);
        // Until the engine has the poll; then it is dropped, and its connection with it.
        while server.engine.open_polls(&activity) == 0 {
            tokio::select! {
                answer = &mut poll => panic!("{answer:?}"),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    while server.engine.open_polls(&activity) > 0 {
        tokio::task::yield_now().await;
    }
    let definition = MACHINE.replace("ARN", activity.as_str());
    let machine = server
        .engine
        .create_state_machine("machine", &definition)
        .unwrap();
    let _execution = server.engine.start_execution(&machine, None, "7").unwrap();
    let task = client
        .get_activity_task()
        .activity_arn(activity.as_str())
        .send()
        .await
        .unwrap();
    assert_eq!(task.input(), Some("7"));
    server.stop().await;
}
