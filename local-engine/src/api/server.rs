//! The protocol over HTTP.

use std::io;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::serve::ListenerExt as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Api;
use super::error::ApiError;

/// The largest body that the service reads.
const BODY_LIMIT: usize = 1_049_600;
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const TARGET_PREFIX: &str = "AWSStepFunctions.";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.0");

#[derive(Debug, Clone)]
struct Server {
    api: Api,
    shutdown: CancellationToken,
}

pub(super) async fn serve(
    api: Api,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let server = Server {
        api,
        shutdown: shutdown.clone(),
    };
    // Answers are small and somebody waits for each: none may sit in a buffer of the kernel.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection does not take TCP_NODELAY");
        }
    });
    axum::serve(listener, Router::new().fallback(answer).with_state(server))
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await
}

/// Answers one request. Dropped when the client hangs up, and a poll with it.
async fn answer(State(server): State<Server>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    if head.method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let body = match read(&head.headers, body).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let answer = match operation(&head.headers) {
        Err(error) => Err(error),
        Ok(operation) => tokio::select! {
            biased;
            answer = server.api.call(operation, &body) => answer,
            // A poll is answered as if its time were over.
            () = server.shutdown.cancelled() => match operation {
                "GetActivityTask" => Ok(json!({})),
                _ => Err(ApiError::unavailable()),
            },
        },
    };
    match answer {
        Ok(answer) => respond(StatusCode::OK, &answer),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
            respond(status, &error.to_json())
        }
    }
}

/// Reads a body within the limit, without reading one that says that it is above it.
async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Response> {
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_LIMIT) {
        return Err(too_large());
    }
    to_bytes(body, BODY_LIMIT).await.map_err(|error| {
        // The other reason is a client that went away, who will not read this.
        tracing::debug!(%error, "a request body could not be read");
        too_large()
    })
}

fn operation(headers: &HeaderMap) -> Result<&str, ApiError> {
    let target = headers
        .get(TARGET)
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    target
        .strip_prefix(TARGET_PREFIX)
        .ok_or_else(|| ApiError::unknown_operation(target, false))
}

/// Head and body leave in one write, because the whole body is there: clients watch for bodies
/// that stall after their heads.
fn respond(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// The answer of the service's front end, which is not JSON.
fn too_large() -> Response {
    let text = format!("HTTP content length exceeded {BODY_LIMIT} bytes.");
    let mut response = (StatusCode::PAYLOAD_TOO_LARGE, text).into_response();
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
    response
}

#[cfg(test)]
mod tests;
