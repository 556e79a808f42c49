//! Requests and answers on a connection: the part of HTTP that AWS clients use.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::desk::Answer;

/// What a client asks for.
#[derive(Debug)]
pub(crate) enum Request {
    Poll,
    Report { token: String },
    Heartbeat { token: String },
}

/// A connection, and what has been read ahead.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            read: Vec::with_capacity(4_096),
        }
    }

    /// The next request, `Some(None)` for one that the service would not understand; nothing
    /// when the client has hung up.
    pub(crate) async fn request(&mut self) -> Option<Option<Request>> {
        loop {
            if let Some((request, length)) = parse(&self.read) {
                self.read.drain(..length);
                return Some(request);
            }
            let read = self.stream.read_buf(&mut self.read).await;
            if read.is_err() || read.is_ok_and(|read| read == 0) {
                return None;
            }
        }
    }

    /// Returns when the client has hung up; whatever it sends meanwhile is kept.
    pub(crate) async fn hung_up(&mut self) {
        while let Ok(1..) = self.stream.read_buf(&mut self.read).await {}
    }

    /// Sends head and body in one write, as the service does.
    pub(crate) async fn answer(&mut self, answer: &Answer) -> std::io::Result<()> {
        let Answer { status, body } = answer;
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status}\r\nx-amzn-requestid: 6c5e1f1e-0d2f-4a53-8f5b-5a1f6f0c9d3a\r\n\
             content-type: application/x-amz-json-1.0\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(text.as_bytes()).await
    }
}

/// The first request and its length in bytes, if all of it has come.
fn parse(bytes: &[u8]) -> Option<(Option<Request>, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok();
    let Some(head) = head else {
        return Some((None, bytes.len()));
    };
    let mut lines = head.split("\r\n");
    let first = lines.next();
    let mut headers = Headers::default();
    for line in lines {
        if let Some((name, value)) = line.split_once(':') {
            headers.take(name, value.trim());
        }
    }
    let length = end + 4 + headers.length?;
    let body = bytes.get(end + 4..length)?;
    let known = first == Some("POST / HTTP/1.1") && headers.are_as_the_service_wants();
    let request = known.then(|| headers.request(body)).flatten();
    Some((request, length))
}

/// What the service looks at.
#[derive(Debug, Default)]
struct Headers<'a> {
    length: Option<usize>,
    target: Option<&'a str>,
    content: Option<&'a str>,
    date: Option<&'a str>,
    authorization: Option<&'a str>,
}

impl<'a> Headers<'a> {
    fn take(&mut self, name: &str, value: &'a str) {
        match name {
            "content-length" => self.length = value.parse().ok(),
            "x-amz-target" => self.target = Some(value),
            "content-type" => self.content = Some(value),
            "x-amz-date" => self.date = Some(value),
            "authorization" => self.authorization = Some(value),
            _ => {}
        }
    }

    fn are_as_the_service_wants(&self) -> bool {
        let signed = self.authorization.is_some_and(|value| {
            value.starts_with("AWS4-HMAC-SHA256 Credential=")
                && value.contains("/us-east-1/states/aws4_request, SignedHeaders=")
                && value
                    .split_once("Signature=")
                    .is_some_and(|(_, signature)| signature.len() == 64)
        });
        signed
            && self.content == Some("application/x-amz-json-1.0")
            && self.date.is_some_and(|date| date.len() == 16)
    }

    fn request(&self, body: &[u8]) -> Option<Request> {
        let body: Body = serde_json::from_slice(body).ok()?;
        let operation = self.target?.strip_prefix("AWSStepFunctions.")?;
        let request = match operation {
            "GetActivityTask" if body.activity_arn.is_some() => Request::Poll,
            "SendTaskSuccess" if body.output.is_some() => Request::Report {
                token: body.task_token?,
            },
            "SendTaskFailure" => Request::Report {
                token: body.task_token?,
            },
            "SendTaskHeartbeat" => Request::Heartbeat {
                token: body.task_token?,
            },
            _ => return None,
        };
        Some(request)
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    activity_arn: Option<String>,
    task_token: Option<String>,
    output: Option<String>,
}
