//! Functions that are played on loopback.

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;
use crate::{Engine, HttpTasks};

async fn serve() -> (JoinSet<()>, String) {
    let router = Router::new()
        .route("/echo", post(|body: String| async move { body }))
        .route(
            "/raise",
            post(|| async {
                let body = r#"{"errorType":"Declined","errorMessage":"no money"}"#;
                ([("x-amz-function-error", "Unhandled")], body)
            }),
        )
        .route(
            "/orders",
            post(|headers: HeaderMap, body: String| async move {
                if headers["authorization"] != "Bearer local" {
                    return (
                        StatusCode::FORBIDDEN,
                        [("content-type", "text/plain")],
                        "no".into(),
                    );
                }
                (
                    StatusCode::CREATED,
                    [("content-type", "application/json")],
                    body,
                )
            }),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut server = JoinSet::new();
    server.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (server, url)
}

async fn run(engine: &Engine, task: Value) -> Result<Value, (String, String)> {
    let definition = json!({"StartAt": "T", "States": {"T": task}}).to_string();
    let machine = engine.create_state_machine("m", &definition).unwrap();
    let execution = engine
        .start_execution(&machine, None, r#"{"order":7}"#)
        .unwrap();
    let end = engine.wait(&execution).await.unwrap();
    match end.output {
        Some(output) => Ok(serde_json::from_str(&output).unwrap()),
        None => Err((end.error.unwrap_or_default(), end.cause.unwrap_or_default())),
    }
}

fn lambda(name: &str) -> Value {
    let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
    json!({"Type": "Task", "Resource": arn, "End": true})
}

fn functions(url: &str) -> Engine {
    let handlers = LambdaHandlers::new()
        .function("echo", format!("{url}/echo"))
        .and_then(|handlers| handlers.function("raise", format!("{url}/raise")))
        .unwrap();
    Engine::builder().provider(handlers).build().unwrap()
}

#[tokio::test]
async fn a_url_answers_a_function() {
    let (_server, url) = serve().await;
    let echoed = run(&functions(&url), lambda("echo")).await;
    assert_eq!(echoed, Ok(json!({"order": 7})));

    let invoke = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": {"FunctionName": "echo:live", "Payload": [1]}});
    let answer = run(&functions(&url), invoke).await.unwrap();
    assert_eq!(answer["Payload"], json!([1]));
    assert_eq!(answer["StatusCode"], 200);
}

#[tokio::test]
async fn what_a_function_raises_is_its_error_name() {
    let (_server, url) = serve().await;
    let (error, cause) = run(&functions(&url), lambda("raise")).await.unwrap_err();
    assert_eq!(error, "Declined");
    assert!(cause.contains("no money"));
}

#[tokio::test]
async fn a_function_without_a_url_is_left_to_others() {
    let (_server, url) = serve().await;
    let (error, cause) = run(&functions(&url), lambda("gone")).await.unwrap_err();
    assert_eq!(error, "States.Runtime");
    assert!(cause.contains("function:gone"));
}

#[test]
fn a_handler_needs_a_url() {
    let error = LambdaHandlers::new()
        .function("f", "localhost")
        .unwrap_err();
    assert!(error.to_string().contains("http://127.0.0.1:9001/charge"));
}

#[tokio::test]
async fn an_http_task_authenticates_with_its_connection() {
    let (_server, url) = serve().await;
    let task = |connection: &str| {
        json!({"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true,
            "Parameters": {"ApiEndpoint": format!("{url}/orders"), "Method": "POST",
                "Authentication": {"ConnectionArn": connection}, "RequestBody.$": "$"}})
    };
    let tasks = HttpTasks::new()
        .connection("ours", [("Authorization", "Bearer local")])
        .connection("theirs", [("Authorization", "Bearer other")]);
    let engine = || {
        let builder = Engine::builder().provider(tasks.clone());
        builder.build().unwrap()
    };
    let answer = run(&engine(), task("ours")).await.unwrap();
    assert_eq!(answer["StatusCode"], 201);
    assert_eq!(answer["StatusText"], "Created");
    assert_eq!(answer["ResponseBody"], json!({"order": 7}));
    assert_eq!(
        answer["Headers"]["content-type"],
        json!(["application/json"])
    );

    let (error, cause) = run(&engine(), task("theirs")).await.unwrap_err();
    assert_eq!(error, "States.Http.StatusCode.403");
    assert!(cause.contains(r#""ResponseBody":"no""#));

    let (error, cause) = run(&engine(), task("nobody's")).await.unwrap_err();
    assert_eq!(error, "States.Runtime");
    assert!(cause.contains("nobody's"));
}
