//! Over real sockets and in real time: every wait ends with an event, not with the clock.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;
use crate::engine::Engine;

const DEADLINE: Duration = Duration::from_secs(30);

struct Running {
    engine: Engine,
    address: SocketAddr,
    shutdown: CancellationToken,
    server: JoinHandle<io::Result<()>>,
}

impl Running {
    #[expect(
        clippy::disallowed_methods,
        reason = "the handle is awaited at the end of each test"
    )]
    async fn start() -> Self {
        let engine = Engine::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let server = tokio::spawn({
            let (engine, shutdown) = (engine.clone(), shutdown.clone());
            async move { engine.serve(listener, shutdown).await }
        });
        Self {
            engine,
            address,
            shutdown,
            server,
        }
    }

    async fn send(&self, operation: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let head = format!(
            "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: AWSStepFunctions.{operation}\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        stream
    }

    /// The whole answer, in lower-case heads.
    async fn call(&self, operation: &str, body: &str) -> String {
        read(self.send(operation, body).await).await
    }

    async fn stop(self) {
        self.shutdown.cancel();
        timeout(DEADLINE, self.server)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }
}

async fn read(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    timeout(DEADLINE, stream.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    answer
}

#[tokio::test]
async fn an_answer_has_the_services_heads() {
    let running = Running::start().await;
    let answer = running.call("ListActivities", "{}").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    for name in [
        "content-type: application/x-amz-json-1.0",
        "x-amzn-requestid: ",
        "date: ",
    ] {
        assert!(head.contains(name), "{head}");
    }
    assert_eq!(body, r#"{"activities":[]}"#);
    running.stop().await;
}

#[tokio::test]
async fn an_error_has_a_type_and_a_message() {
    let running = Running::start().await;
    let answer = running
        .call("DescribeActivity", r#"{"activityArn":"x"}"#)
        .await;
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request"), "{answer}");
    let body = r#"{"__type":"InvalidArn","message":"Invalid Arn: 'Invalid ARN prefix: x'"}"#;
    assert!(answer.ends_with(body), "{answer}");
    let answer = running.call("MakeCoffee", "{}").await;
    assert!(answer.contains("UnknownOperationException"), "{answer}");
    let answer = running.call("ListActivities", "{").await;
    assert!(answer.contains("SerializationException"), "{answer}");
    running.stop().await;
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_in_plain_text() {
    let running = Running::start().await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    // Only the head: the answer must not wait for the body.
    let head = "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: AWSStepFunctions.ListActivities\r\n\
                content-length: 1049601\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = read(stream).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
    assert!(
        head.contains("content-type: text/plain; charset=utf-8"),
        "{head}"
    );
    assert!(head.contains("connection: close"), "{head}");
    assert_eq!(body, "HTTP content length exceeded 1049600 bytes.");
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_drops_its_poll() {
    let running = Running::start().await;
    let activity = running.engine.create_activity("a").unwrap();
    let body = format!(r#"{{"activityArn":"{activity}"}}"#);
    let stream = running.send("GetActivityTask", &body).await;
    let polls = |number| {
        let (engine, activity) = (running.engine.clone(), activity.clone());
        async move {
            while engine.open_polls(&activity) != number {
                tokio::task::yield_now().await;
            }
        }
    };
    timeout(DEADLINE, polls(1)).await.unwrap();
    drop(stream);
    timeout(DEADLINE, polls(0)).await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn a_shutdown_answers_open_polls_without_a_task() {
    let running = Running::start().await;
    let activity = running.engine.create_activity("a").unwrap();
    let body = format!(r#"{{"activityArn":"{activity}"}}"#);
    let stream = running.send("GetActivityTask", &body).await;
    let engine = running.engine.clone();
    let open = async {
        while engine.open_polls(&activity) == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, open).await.unwrap();
    running.stop().await;
    let answer = read(stream).await;
    assert!(answer.ends_with("\r\n\r\n{}"), "{answer}");
}
