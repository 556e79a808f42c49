//! A small client of the protocol over one kept connection, cheap beside what it measures.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("it is a socket");
        Self {
            stream,
            request: Vec::new(),
            answer: Vec::new(),
        }
    }

    /// Makes a call that must succeed. Returns its answer as text.
    pub(crate) async fn call(&mut self, operation: &str, body: &str) -> &str {
        self.request.clear();
        let head = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-amz-json-1.0\r\n\
             x-amz-target: AWSStepFunctions.{operation}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(body.as_bytes());
        self.stream
            .write_all(&self.request)
            .await
            .expect("the server reads");
        self.answer.clear();
        let (head, length) = loop {
            let read = self.stream.read_buf(&mut self.answer).await;
            assert_ne!(read.expect("the server answers"), 0, "the server hung up");
            if let Some(end) = end_of_head(&self.answer) {
                break (end, length(&self.answer[..end]));
            }
        };
        while self.answer.len() < head + length {
            let read = self.stream.read_buf(&mut self.answer).await;
            assert_ne!(read.expect("the server answers"), 0, "the server hung up");
        }
        let body = std::str::from_utf8(&self.answer[head..]).expect("it is JSON");
        assert!(
            self.answer.starts_with(b"HTTP/1.1 200"),
            "{operation}: {body}"
        );
        body
    }

    /// Makes a call that must succeed. Returns its answer.
    pub(crate) async fn value(&mut self, operation: &str, body: &Value) -> Value {
        let answer = self.call(operation, &body.to_string()).await;
        serde_json::from_str(answer).expect("it is JSON")
    }
}

/// Where the body begins, once the head is there.
fn end_of_head(answer: &[u8]) -> Option<usize> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    end.map(|end| end + 4)
}

fn length(head: &[u8]) -> usize {
    let head = std::str::from_utf8(head).expect("heads are text");
    let mut lengths = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().expect("it is a number"))
    });
    lengths.next().expect("answers have a length")
}
