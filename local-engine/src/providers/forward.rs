//! Calls of other services at an endpoint: AWS itself, or an emulator.

mod action;
mod ecs;
mod error;
mod json;
mod service;
mod sign;
mod sns;

use std::sync::Arc;

use serde_json::{Map, Value};

use self::action::Action;
use self::sign::Signer;
use super::client::{HttpClient, HttpRequest, HttpResponse, encode, is_url};
use super::lambda::{Invoke, name_of};
use super::{AnswerFuture, ServiceAnswer, ServiceCall, ServiceFailure, ServiceProvider};
use crate::asl::Pattern;

/// Makes the calls of Lambda functions and services with signed requests.
///
/// It knows Lambda, SQS, SNS, DynamoDB, ECS (also `runTask.sync`) and EventBridge, and the SDK
/// actions (`aws-sdk:…`) of services that speak the JSON protocols. Everything goes to one
/// endpoint, as emulators want it, or to AWS's own endpoints.
///
/// # Examples
///
/// ```
/// use sfn_local_engine::{Engine, Forward};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Forward::to("http://127.0.0.1:4566", "us-east-1")?.credentials("test", "test", None);
/// let engine = Engine::builder().provider(emulator).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Forward(Arc<Place>);

/// Why calls cannot be forwarded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForwardError {
    /// The endpoint is the caller's mistake.
    #[error("{0:?} is not the URL of an endpoint, such as http://127.0.0.1:4566")]
    Endpoint(String),
}

/// Where requests go, and who signs them.
#[derive(Debug, Clone)]
struct Place {
    client: HttpClient,
    /// Nothing for AWS's own endpoints.
    endpoint: Option<String>,
    region: String,
    signer: Signer,
}

impl Forward {
    /// Sends everything to this endpoint, such as that of an emulator.
    ///
    /// # Errors
    ///
    /// The text is not a URL.
    pub fn to(
        endpoint: impl Into<String>,
        region: impl Into<String>,
    ) -> Result<Self, ForwardError> {
        let endpoint = endpoint.into();
        if !is_url(&endpoint) {
            return Err(ForwardError::Endpoint(endpoint));
        }
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        Ok(Self::new(Some(endpoint), region.into()))
    }

    /// Sends every call to AWS's own endpoint of its service.
    #[must_use]
    pub fn to_aws(region: impl Into<String>) -> Self {
        Self::new(None, region.into())
    }

    /// Sets the credentials that requests are signed with. Without them requests are signed as an
    /// emulator accepts it, with the key `test`.
    #[must_use]
    pub fn credentials(
        self,
        access_key_id: &str,
        secret_access_key: &str,
        session_token: Option<&str>,
    ) -> Self {
        let signer = Signer::new(access_key_id, secret_access_key, session_token);
        Self(Arc::new(Place {
            signer,
            ..Place::clone(&self.0)
        }))
    }

    fn new(endpoint: Option<String>, region: String) -> Self {
        Self(Arc::new(Place {
            client: HttpClient::default(),
            endpoint,
            region,
            signer: Signer::new("test", "test", None),
        }))
    }
}

impl ServiceProvider for Forward {
    fn answer(&self, call: &ServiceCall) -> Option<AnswerFuture> {
        let place = Arc::clone(&self.0);
        if let Some(invoke) = Invoke::of(call) {
            return Some(Box::pin(async move { place.invoke(invoke?).await }));
        }
        let action = Action::of(call.resource())?;
        let call = call.clone();
        Some(Box::pin(async move { place.call(&action, &call).await }))
    }
}

impl Place {
    async fn invoke(&self, invoke: Invoke) -> Result<ServiceAnswer, ServiceFailure> {
        // A name, unlike an ARN, may carry its qualifier.
        let function = if invoke.function.starts_with("arn:") {
            encode(&invoke.function)
        } else {
            encode(name_of(&invoke.function))
        };
        let qualifier = invoke
            .qualifier
            .as_deref()
            .map(|qualifier| format!("?Qualifier={}", encode(qualifier)))
            .unwrap_or_default();
        let path = format!("/2015-03-31/functions/{function}/invocations{qualifier}");
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let optional = [
            ("x-amz-invocation-type", &invoke.invocation_type),
            ("x-amz-client-context", &invoke.client_context),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                headers.push((name.to_owned(), value.clone()));
            }
        }
        let body = invoke.payload.to_string().into_bytes();
        let response = self.post("lambda", "lambda", &path, headers, body).await;
        let response =
            response.map_err(|cause| ServiceFailure::new("Lambda.SdkClientException", cause))?;
        invoke.answer(&response)
    }

    async fn call(
        &self,
        action: &Action,
        call: &ServiceCall,
    ) -> Result<ServiceAnswer, ServiceFailure> {
        let parameters = action.prepared(call.parameters());
        let answer = match action.service.protocol {
            service::Protocol::Sns => sns::publish(self, action, &parameters).await?,
            service::Protocol::Json { .. } => json::call(self, action, &parameters).await?,
        };
        action.check(&answer)?;
        match action.pattern {
            Pattern::Response => Ok(ServiceAnswer::Result(answer)),
            Pattern::TaskToken => Ok(ServiceAnswer::WaitsForToken(answer)),
            Pattern::Sync | Pattern::Sync2 => {
                call.submit(answer.clone());
                ecs::wait(self, &answer).await
            }
        }
    }

    /// Posts a signed request, or says why there is no answer.
    async fn post(
        &self,
        prefix: &str,
        signing_name: &str,
        path: &str,
        mut headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Result<HttpResponse, String> {
        let Self {
            client,
            endpoint,
            region,
            signer,
        } = self;
        let domain = if region.starts_with("cn-") {
            "amazonaws.com.cn"
        } else {
            "amazonaws.com"
        };
        let base = endpoint
            .clone()
            .unwrap_or_else(|| format!("https://{prefix}.{region}.{domain}"));
        let url = format!("{base}{path}");
        signer.sign(&url, region, signing_name, &mut headers, &body)?;
        let request = HttpRequest {
            method: "POST".to_owned(),
            url,
            headers,
            body,
        };
        let response = client.send(request).await;
        response.map_err(|error| format!("cannot call {prefix} at {base}: {error}"))
    }
}

/// The members of an answer, with what the HTTP answer said.
fn with_metadata(mut answer: Map<String, Value>, response: &HttpResponse) -> Value {
    let request_id = response.header("x-amzn-requestid").unwrap_or_default();
    super::metadata::add(&mut answer, response.status, &response.headers, request_id);
    Value::Object(answer)
}

#[cfg(test)]
mod tests;
