//! A small HTTP client: one request, one bounded answer.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::http::uri::Scheme;
use hyper::{Request, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The most that is read of an answer; no service answers with more.
const BODY_LIMIT: usize = 8 * 1_024 * 1_024;

/// Sends requests over HTTP/1.1, with and without TLS.
#[derive(Clone)]
pub(super) struct HttpClient {
    plain: Client<HttpConnector, Full<Bytes>>,
    /// Made for the first request that needs it: it reads the certificates of this machine.
    tls: Arc<OnceLock<Client<HttpsConnector<HttpConnector>, Full<Bytes>>>>,
}

/// A request.
pub(super) struct HttpRequest {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// An answer.
pub(super) struct HttpResponse {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
}

/// Why there is no answer, with all that led to it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct HttpError(String);

impl HttpClient {
    /// Sends a request and reads the whole answer.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut builder = Request::builder()
            .method(request.method.as_str())
            .uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let request = builder
            .body(Full::new(Bytes::from(request.body)))
            .map_err(|error| HttpError::of(&error))?;
        let answering = if request.uri().scheme() == Some(&Scheme::HTTPS) {
            self.tls()?.request(request)
        } else {
            self.plain.request(request)
        };
        let response = answering.await.map_err(|error| HttpError::of(&error))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, BODY_LIMIT)
            .collect()
            .await
            .map_err(|error| HttpError::of(&*error))?;
        Ok(HttpResponse {
            status: head.status.as_u16(),
            headers: head
                .headers
                .iter()
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    (name.as_str().to_owned(), value.into_owned())
                })
                .collect(),
            body: body.to_bytes(),
        })
    }

    fn tls(&self) -> Result<&Client<HttpsConnector<HttpConnector>, Full<Bytes>>, HttpError> {
        if let Some(client) = self.tls.get() {
            return Ok(client);
        }
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(aws_lc_rs::default_provider())
            .map_err(|error| HttpError::of(&error))?
            .https_only()
            .enable_http1()
            .wrap_connector(connector());
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(self.tls.get_or_init(|| client))
    }
}

impl Default for HttpClient {
    fn default() -> Self {
        Self {
            plain: Client::builder(TokioExecutor::new()).build(connector()),
            tls: Arc::default(),
        }
    }
}

fn connector() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(CONNECT));
    connector.set_nodelay(true);
    connector.enforce_http(false);
    connector
}

impl HttpResponse {
    /// The last header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().rev();
        headers
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl HttpError {
    fn of(error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        Self(text)
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpClient")
    }
}

/// Whether a text is a URL that the client can call.
pub(super) fn is_url(text: &str) -> bool {
    text.parse::<Uri>()
        .is_ok_and(|url| matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some())
}

/// The text with everything percent-encoded that a part of a URL may not hold as it is.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_stand_in_a_url_stays() {
        assert_eq!(encode("a-b_c.d~1"), "a-b_c.d~1");
        assert_eq!(encode("a b/ü:$"), "a%20b%2F%C3%BC%3A%24");
    }

    #[test]
    fn a_url_has_a_scheme_and_a_host() {
        assert!(is_url("http://localhost:9000/work"));
        assert!(is_url("https://example.com"));
        assert!(!is_url("localhost:9000"));
        assert!(!is_url("/work"));
        assert!(!is_url("ftp://example.com/"));
    }
}
