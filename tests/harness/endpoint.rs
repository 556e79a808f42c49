//! Any activity service behind the protocol of AWS on a loopback port, faults included.
//!
//! What a service answers becomes what AWS would send, so that a `Faulty` service behind it lets
//! a client feel its faults on the wire:
//!
//! | error of the service | on the wire |
//! |---|---|
//! | with a code | HTTP 400 with the code in `__type` |
//! | with a code, transient, outcome unknown | HTTP 503 with the code |
//! | refused, without a code | HTTP 413 as plain text |
//! | transient, without a code | the connection is closed without an answer |

use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use sfn_worker_core::{
    ActivityName, ActivityService, Disposition, ErrorName, Payload, ServiceError, TaskToken, names,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A service on a port of the loopback interface; dropped, it closes every connection.
#[derive(Debug)]
pub struct Endpoint {
    address: SocketAddr,
    url: String,
    served: Arc<Served>,
    /// Owns the connections too: nothing is left of it when it is stopped.
    serving: JoinSet<()>,
}

/// What is served.
#[derive(Debug)]
struct Served {
    service: Arc<dyn ActivityService>,
    /// What `ListActivities` looks for.
    names: Vec<ActivityName>,
}

/// What goes back to the client.
enum Reply {
    Json(Value),
    Error { status: u16, code: String },
    TooLarge,
}

/// The connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut")]
struct Cut;

impl Endpoint {
    /// Serves a service on a free port; `ListActivities` lists these activities.
    ///
    /// # Panics
    ///
    /// There is no free port, or one of the activities has no valid name.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn serve(service: impl ActivityService, activities: &[&str]) -> Self {
        let names = activities.iter().map(|name| parsed(name)).collect();
        let service = Arc::new(service);
        let (listener, address) = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await;
        let mut endpoint = Self {
            address,
            url: format!("http://{address}"),
            served: Arc::new(Served { service, names }),
            serving: JoinSet::new(),
        };
        endpoint.accept(listener);
        endpoint
    }

    /// Where it listens, as `AWS_ENDPOINT_URL_SFN` takes it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Closes every connection and stops to listen.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it stops all the same.
    pub async fn stop(&mut self) {
        self.serving.shutdown().await;
    }

    /// Listens again where it did before.
    ///
    /// # Panics
    ///
    /// The port is no longer free.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn start(&mut self) {
        let (listener, _) = listen(self.address).await;
        self.accept(listener);
    }

    fn accept(&mut self, listener: TcpListener) {
        self.serving
            .spawn(accept(listener, Arc::clone(&self.served)));
    }
}

async fn listen(address: SocketAddr) -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(address).await;
    let listener = listener.unwrap_or_else(|error| panic!("{address} is not free: {error}"));
    let address = listener.local_addr();
    let address = address.unwrap_or_else(|error| panic!("no address: {error}"));
    (listener, address)
}

async fn accept(listener: TcpListener, served: Arc<Served>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(converse(stream, Arc::clone(&served)))),
                Err(error) => tracing::debug!(%error, "a connection was not accepted"),
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(stream: TcpStream, served: Arc<Served>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the connection does not take TCP_NODELAY");
    }
    // Dropped when the client hangs up, and a poll with it.
    let answer = service_fn(|request| {
        let served = Arc::clone(&served);
        async move { served.answer(request).await }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection has ended");
    }
}

impl Served {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Cut> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
        let Ok(body) = serde_json::from_slice::<Value>(&body) else {
            return Ok(respond(&refusal("SerializationException")));
        };
        let reply = match self.call(operation(&head.headers), &body).await {
            Ok(reply) => Reply::Json(reply),
            Err(error) => reply(&error)?,
        };
        Ok(respond(&reply))
    }

    async fn call(&self, operation: &str, body: &Value) -> Result<Value, ServiceError> {
        let token = || TaskToken::new(text(body, "taskToken"));
        match operation {
            "GetActivityTask" => {
                let arn = text(body, "activityArn").parse().map_err(invalid)?;
                let worker = text(body, "workerName").parse().map_err(invalid)?;
                let task = self.service.poll(&arn, &worker).await?;
                Ok(task.map_or_else(
                    || json!({}),
                    |task| json!({"taskToken": task.token.expose(), "input": task.input.as_str()}),
                ))
            }
            "SendTaskSuccess" => {
                let output = Payload::new(text(body, "output"));
                self.service.succeed(&token(), &output).await?;
                Ok(json!({}))
            }
            "SendTaskFailure" => {
                let error = error_name(text(body, "error"))?;
                let cause = text(body, "cause");
                self.service.fail(&token(), &error, cause).await?;
                Ok(json!({}))
            }
            "SendTaskHeartbeat" => {
                self.service.heartbeat(&token()).await?;
                Ok(json!({}))
            }
            "ListActivities" => {
                let found = self.service.find(&self.names).await?;
                let describe = |arn: &sfn_worker_core::ActivityArn| json!({"activityArn": arn.as_str(), "name": arn.name().as_str(), "creationDate": 0});
                Ok(json!({"activities": found.iter().map(describe).collect::<Vec<_>>()}))
            }
            "CreateActivity" => {
                let name = text(body, "name").parse().map_err(invalid)?;
                let arn = self.service.create(&name).await?;
                Ok(json!({"activityArn": arn.as_str(), "creationDate": 0}))
            }
            _ => Err(ServiceError::new(Disposition::Denied, "no such operation")
                .with_code("UnknownOperationException")),
        }
    }
}

/// What the client gets for an error of the service.
fn reply(error: &ServiceError) -> Result<Reply, Cut> {
    let transient = error.disposition() == Disposition::Transient;
    match error.code() {
        Some(code) if transient && error.is_outcome_unknown() => Ok(Reply::Error {
            status: 503,
            code: code.to_owned(),
        }),
        Some(code) => Ok(refusal(code)),
        None => match error.disposition() {
            Disposition::Transient => Err(Cut),
            Disposition::Refused => Ok(Reply::TooLarge),
            Disposition::Throttled => Ok(refusal("ThrottlingException")),
            Disposition::Gone => Ok(refusal("TaskTimedOut")),
            Disposition::Denied => Ok(refusal("AccessDeniedException")),
        },
    }
}

fn refusal(code: &str) -> Reply {
    Reply::Error {
        status: 400,
        code: code.to_owned(),
    }
}

fn respond(reply: &Reply) -> Response<Full<Bytes>> {
    const JSON: &str = "application/x-amz-json-1.0";
    let (status, kind, body) = match reply {
        Reply::Json(body) => (200, JSON, body.to_string()),
        Reply::Error { status, code } => {
            let body = json!({"__type": code, "message": "as a test wanted it"});
            (*status, JSON, body.to_string())
        }
        Reply::TooLarge => {
            let text = "HTTP content length exceeded 1049600 bytes.";
            (413, "text; charset=utf-8", text.to_owned())
        }
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    if let Ok(kind) = kind.parse() {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    response
}

fn operation(headers: &HeaderMap) -> &str {
    let target = headers.get("x-amz-target").and_then(|it| it.to_str().ok());
    target
        .and_then(|target| target.strip_prefix("AWSStepFunctions."))
        .unwrap_or_default()
}

fn text<'a>(body: &'a Value, member: &str) -> &'a str {
    body[member].as_str().unwrap_or_default()
}

fn error_name(text: &str) -> Result<ErrorName, ServiceError> {
    const PREDEFINED: [&str; 4] = [
        names::TASK_FAILED,
        names::TIMEOUT,
        names::PERMISSIONS,
        names::DATA_LIMIT_EXCEEDED,
    ];
    match PREDEFINED.iter().find(|&&name| name == text) {
        Some(name) => Ok(ErrorName::from_static(name)),
        None => ErrorName::try_from(text.to_owned()).map_err(invalid),
    }
}

fn invalid<E>(_: E) -> ServiceError {
    ServiceError::new(Disposition::Refused, "not valid").with_code("ValidationException")
}

fn parsed(name: &str) -> ActivityName {
    name.parse()
        .unwrap_or_else(|_| panic!("{name:?} is not an activity name"))
}
