//! `arn:aws:states:::http:invoke`: HTTP Tasks.

mod body;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::client::{HttpClient, HttpRequest, HttpResponse, encode, is_url};
use super::{AnswerFuture, ServiceAnswer, ServiceCall, ServiceFailure, ServiceProvider};
use crate::asl::Resource;

/// The service waits no longer for an HTTP Task.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes the requests of HTTP Tasks.
///
/// A task names a connection, which on AWS holds what it authenticates with. Here a connection is
/// the headers that were given for it; a task whose connection is not known fails the execution.
/// With [`any_connection`](Self::any_connection) it is called without.
///
/// # Examples
///
/// ```
/// use sfn_local_engine::HttpTasks;
///
/// let tasks = HttpTasks::new().connection("payments", [("Authorization", "Bearer local")]);
/// ```
#[derive(Clone, Default)]
pub struct HttpTasks {
    client: HttpClient,
    connections: BTreeMap<String, Vec<(String, String)>>,
    any: bool,
}

impl HttpTasks {
    /// Knows no connection yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a connection, by name or ARN, and the headers that its requests get.
    #[must_use]
    pub fn connection<N: Into<String>, V: Into<String>>(
        mut self,
        connection: &str,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        self.connections
            .insert(connection_name(connection).to_owned(), headers);
        self
    }

    /// Takes every connection, those that are not known without headers.
    #[must_use]
    pub fn any_connection(mut self) -> Self {
        self.any = true;
        self
    }

    fn request(&self, parameters: &Value, region: &str) -> Result<HttpRequest, ServiceFailure> {
        let url = text(parameters, "ApiEndpoint")?;
        if !is_url(url) {
            return Err(invalid(&format!("'{url}' in ApiEndpoint is not a URL")));
        }
        let method = text(parameters, "Method")?.to_owned();
        let mut headers = vec![
            (
                "User-Agent".to_owned(),
                format!("Amazon|StepFunctions|HttpInvoke|{region}"),
            ),
            ("Range".to_owned(), "bytes=0-262144".to_owned()),
        ];
        let (body, content_type) = body::write(parameters)?;
        for (name, value) in parameters["Headers"].as_object().into_iter().flatten() {
            replace(&mut headers, name, &body::plain(value));
        }
        if let Some(content_type) = content_type
            && !headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        {
            headers.push(("Content-Type".to_owned(), content_type.to_owned()));
        }
        // The connection has the last word.
        for (name, value) in self.authentication(parameters)? {
            replace(&mut headers, name, value);
        }
        Ok(HttpRequest {
            method,
            url: with_query(url, &parameters["QueryParameters"]),
            headers,
            body,
        })
    }

    fn authentication(&self, parameters: &Value) -> Result<&[(String, String)], ServiceFailure> {
        let connection = ["Authentication", "InvocationConfig"]
            .iter()
            .find_map(|member| parameters[*member]["ConnectionArn"].as_str())
            .ok_or_else(|| invalid("Authentication has no ConnectionArn"))?;
        match self.connections.get(connection_name(connection)) {
            Some(headers) => Ok(headers),
            None if self.any => Ok(&[]),
            None => Err(ServiceFailure::unanswerable(format!(
                "The connection '{connection}' is not known to the engine: give it the headers of \
                 that connection."
            ))),
        }
    }
}

impl ServiceProvider for HttpTasks {
    fn answer(&self, call: &ServiceCall) -> Option<AnswerFuture> {
        match call.resource() {
            Resource::Service(action)
                if (&*action.service, &*action.action) == ("http", "invoke") => {}
            _ => return None,
        }
        let region = call.execution().as_str().split(':').nth(3);
        let request = self.request(&call.parameters(), region.unwrap_or_default());
        let client = self.client.clone();
        Some(Box::pin(async move {
            let answered = timeout(PATIENCE, client.send(request?)).await;
            let socket = |cause: String| ServiceFailure::new("States.Http.Socket", cause);
            let response = answered
                .map_err(|_| socket("no answer within 60 seconds".to_owned()))?
                .map_err(|error| socket(error.to_string()))?;
            result(&response)
        }))
    }
}

/// The result of an HTTP Task, which is a failure from status 300 on.
fn result(response: &HttpResponse) -> Result<ServiceAnswer, ServiceFailure> {
    let body = String::from_utf8_lossy(&response.body).into_owned();
    let is_json = response
        .header("content-type")
        .is_some_and(|kind| kind.contains("json"));
    let parsed = is_json.then(|| serde_json::from_str(&body).ok()).flatten();
    let mut headers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in &response.headers {
        headers.entry(name).or_default().push(value);
    }
    let reason = hyper::StatusCode::from_u16(response.status).ok();
    let reason = reason.and_then(|status| status.canonical_reason());
    let result = json!({
        "Headers": headers,
        "ResponseBody": parsed.unwrap_or(Value::String(body)),
        "StatusCode": response.status,
        "StatusText": reason.unwrap_or_default(),
    });
    if response.is_success() {
        Ok(ServiceAnswer::Result(result))
    } else {
        Err(ServiceFailure::new(
            format!("States.Http.StatusCode.{}", response.status),
            result.to_string(),
        ))
    }
}

fn with_query(url: &str, parameters: &Value) -> String {
    let no_parameters = Map::new();
    let parameters = parameters.as_object().unwrap_or(&no_parameters);
    let pairs: Vec<String> = parameters
        .iter()
        .flat_map(|(name, value)| match value {
            Value::Array(values) => values.iter().map(|value| (name, value)).collect(),
            other => vec![(name, other)],
        })
        .map(|(name, value)| format!("{}={}", encode(name), encode(&body::plain(value))))
        .collect();
    match (pairs.is_empty(), url.contains('?')) {
        (true, _) => url.to_owned(),
        (false, true) => format!("{url}&{}", pairs.join("&")),
        (false, false) => format!("{url}?{}", pairs.join("&")),
    }
}

fn replace(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
    headers.push((name.to_owned(), value.to_owned()));
}

fn text<'a>(parameters: &'a Value, name: &str) -> Result<&'a str, ServiceFailure> {
    let text = parameters[name].as_str();
    text.ok_or_else(|| invalid(&format!("{name} is missing, or no text")))
}

fn invalid(what: &str) -> ServiceFailure {
    ServiceFailure::unanswerable(format!("The HTTP Task cannot be run: {what}."))
}

/// The name in the ARN of a connection, `arn:…:connection/{name}/{id}`, or the name itself.
fn connection_name(connection: &str) -> &str {
    let name = connection.split_once(":connection/");
    let name = name.map_or(connection, |(_, rest)| rest);
    name.split('/').next().unwrap_or(name)
}

/// Shows no headers: they are what a connection authenticates with.
impl std::fmt::Debug for HttpTasks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpTasks")
            .field("connections", &self.connections.keys())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters() -> Value {
        json!({
            "ApiEndpoint": "https://api.example.com/orders?a=1",
            "Method": "POST",
            "Authentication": {"ConnectionArn":
                "arn:aws:events:us-east-1:123456789012:connection/payments/0-1"},
            "Headers": {"X-Trace": "t", "Authorization": "theirs"},
            "QueryParameters": {"q": "a b", "r": [1, true]},
            "RequestBody": {"order": 7},
        })
    }

    #[test]
    fn a_request_is_made_of_the_parameters_and_the_connection() {
        let tasks = HttpTasks::new().connection("payments", [("authorization", "Bearer ours")]);
        let request = tasks.request(&parameters(), "us-east-1").unwrap();
        assert_eq!(
            request.url,
            "https://api.example.com/orders?a=1&q=a%20b&r=1&r=true"
        );
        assert_eq!(request.body, br#"{"order":7}"#);
        let header = |wanted: &str| {
            let mut found = request.headers.iter();
            found
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.as_str())
        };
        assert_eq!(header("authorization"), Some("Bearer ours"));
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!(
            header("user-agent"),
            Some("Amazon|StepFunctions|HttpInvoke|us-east-1")
        );
        assert!(!format!("{tasks:?}").contains("ours"));
    }

    #[test]
    fn a_connection_that_is_not_known_fails_the_execution_unless_any_will_do() {
        let tasks = HttpTasks::new();
        let failure = tasks.request(&parameters(), "r").err().unwrap();
        assert!(failure.unanswerable);
        assert!(failure.cause.unwrap().contains("connection/payments/0-1"));
        assert!(tasks.any_connection().request(&parameters(), "r").is_ok());
    }
}
