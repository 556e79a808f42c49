//! Calls against a service that is played on loopback.

use std::sync::Mutex;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;
use crate::Engine;

type Seen = Arc<Mutex<Vec<(String, HeaderMap, Vec<u8>)>>>;

/// Plays every service, and remembers the requests.
async fn serve(seen: Seen) -> (JoinSet<()>, String) {
    async fn answer(
        State(seen): State<Seen>,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> impl IntoResponse {
        let target = headers
            .get("x-amz-target")
            .and_then(|target| target.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let path = uri.to_string();
        seen.lock()
            .unwrap()
            .push((path.clone(), headers, body.to_vec()));
        if path.ends_with("/invocations") {
            return (StatusCode::OK, body.to_vec());
        }
        let (status, answer) = match target.as_str() {
            "AmazonSQS.SendMessage" => (200, json!({"MessageId": "m-1"})),
            "AmazonEC2ContainerServiceV20141113.RunTask" => {
                (200, json!({"tasks": [{"taskArn": "t", "clusterArn": "c"}]}))
            }
            "AmazonEC2ContainerServiceV20141113.DescribeTasks" => (
                200,
                json!({"tasks": [{"taskArn": "t", "lastStatus": "STOPPED",
                    "containers": [{"exitCode": 0}]}]}),
            ),
            _ => (
                400,
                json!({"__type": "x#ResourceNotFoundException", "message": "Requested resource not found"}),
            ),
        };
        let status = StatusCode::from_u16(status).unwrap();
        (status, answer.to_string().into_bytes())
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut server = JoinSet::new();
    server.spawn(async move {
        let router = Router::new().fallback(answer).with_state(seen);
        axum::serve(listener, router).await.unwrap();
    });
    (server, url)
}

async fn run(url: &str, resource: &str, parameters: Value) -> (String, Option<String>) {
    let forward = Forward::to(url, "us-east-1").unwrap();
    let engine = Engine::builder().provider(forward).build().unwrap();
    let definition = json!({"StartAt": "T", "States": {"T": {
        "Type": "Task", "Resource": resource, "Parameters": parameters, "End": true}}});
    let machine = engine
        .create_state_machine("m", &definition.to_string())
        .unwrap();
    let execution = engine.start_execution(&machine, None, "{}").unwrap();
    let end = engine.wait(&execution).await.unwrap();
    let output = end.output.map(|output| output.to_string());
    (output.or(end.cause).unwrap_or_default(), end.error)
}

#[tokio::test]
async fn services_are_called_with_signed_requests() {
    let seen = Seen::default();
    let (_server, url) = serve(Arc::clone(&seen)).await;

    let parameters = json!({"QueueUrl": "q", "MessageBody": {"a": 1}});
    let (output, error) = run(&url, "arn:aws:states:::sqs:sendMessage", parameters).await;
    assert_eq!(error, None, "{output}");
    let output: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(output["MessageId"], "m-1");
    assert_eq!(output["SdkHttpMetadata"]["HttpStatusCode"], 200);
    {
        let seen = seen.lock().unwrap();
        let (_, headers, body) = &seen[0];
        let authorization = headers["authorization"].to_str().unwrap();
        assert!(authorization.contains("/us-east-1/sqs/aws4_request"));
        let body: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(body["MessageBody"], r#"{"a":1}"#);
    }

    let lambda = "arn:aws:states:::lambda:invoke";
    let parameters = json!({"FunctionName": "charge", "Payload": {"order": 7}});
    let (output, _) = run(&url, lambda, parameters).await;
    let output: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(output["Payload"], json!({"order": 7}));
    assert_eq!(output["StatusCode"], 200);
    let path = seen.lock().unwrap().last().unwrap().0.clone();
    assert_eq!(path, "/2015-03-31/functions/charge/invocations");
}

#[tokio::test]
async fn a_job_of_ecs_is_waited_for() {
    let (_server, url) = serve(Seen::default()).await;
    let parameters = json!({"Cluster": "c", "TaskDefinition": "d"});
    let (output, error) = run(&url, "arn:aws:states:::ecs:runTask.sync", parameters).await;
    assert_eq!(error, None, "{output}");
    let output: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(output["LastStatus"], "STOPPED");
}

#[tokio::test]
async fn a_refusal_has_the_name_of_its_integration() {
    let (_server, url) = serve(Seen::default()).await;
    let parameters = || json!({"TableName": "t", "Key": {}});
    let (cause, error) = run(&url, "arn:aws:states:::dynamodb:getItem", parameters()).await;
    assert_eq!(error.as_deref(), Some("DynamoDB.ResourceNotFoundException"));
    assert!(cause.starts_with(
        "Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: \
         ResourceNotFoundException; Request ID: "
    ));
    let sdk = "arn:aws:states:::aws-sdk:dynamodb:getItem";
    let (cause, error) = run(&url, sdk, parameters()).await;
    assert_eq!(error.as_deref(), Some("DynamoDb.ResourceNotFoundException"));
    assert!(cause.contains("(Service: DynamoDb, Status Code: 400, Request ID: "));
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_a_named_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let parameters = json!({"QueueUrl": "q", "MessageBody": "b"});
    let (cause, error) = run(&url, "arn:aws:states:::sqs:sendMessage", parameters).await;
    assert_eq!(error.as_deref(), Some("SQS.SdkClientException"));
    assert!(cause.contains(&url), "{cause}");
}
