//! What the Lambda integrations have in common: how a function is named, and what comes back.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::client::HttpResponse;
use super::{ServiceAnswer, ServiceCall, ServiceFailure, metadata};
use crate::asl::{Pattern, Resource};

/// The call of a function, by its ARN or by `lambda:invoke`.
pub(super) struct Invoke {
    /// The name or ARN of the function.
    pub(super) function: String,
    /// Its version or alias, if the call names one beside the function.
    pub(super) qualifier: Option<String>,
    /// `Event` or `DryRun` where the caller does not wait for the function.
    pub(super) invocation_type: Option<String>,
    /// `ClientContext`, in base64.
    pub(super) client_context: Option<String>,
    /// The input of the function.
    pub(super) payload: Value,
    /// Whether the result stands in the answer of `lambda:invoke`.
    enveloped: bool,
    waits_for_token: bool,
}

impl Invoke {
    /// Reads a call; `None` if it is not one of a function.
    pub(super) fn of(call: &ServiceCall) -> Option<Result<Self, ServiceFailure>> {
        match call.resource() {
            Resource::Lambda(arn) => Some(Ok(Self {
                function: arn.to_string(),
                qualifier: None,
                invocation_type: None,
                client_context: None,
                payload: call.parameters(),
                enveloped: false,
                waits_for_token: false,
            })),
            Resource::Service(action)
                if matches!(&*action.service, "lambda" | "aws-sdk:lambda")
                    && &*action.action == "invoke" =>
            {
                Some(Self::of_parameters(
                    &call.parameters(),
                    action.pattern == Pattern::TaskToken,
                ))
            }
            Resource::Service(_) | Resource::Activity(_) => None,
        }
    }

    fn of_parameters(parameters: &Value, waits_for_token: bool) -> Result<Self, ServiceFailure> {
        let text = |name: &str| parameters[name].as_str().map(str::to_owned);
        let function = text("FunctionName").ok_or_else(|| {
            ServiceFailure::new(
                "Lambda.AWSLambdaException",
                "1 validation error detected: Value null at 'functionName' failed to satisfy \
                 constraint: Member must not be null",
            )
        })?;
        Ok(Self {
            function,
            qualifier: text("Qualifier"),
            invocation_type: text("InvocationType"),
            client_context: text("ClientContext"),
            payload: parameters
                .get("Payload")
                .cloned()
                .unwrap_or_else(|| Map::new().into()),
            enveloped: true,
            waits_for_token,
        })
    }

    /// The result of a call that was answered.
    pub(super) fn answer(&self, response: &HttpResponse) -> Result<ServiceAnswer, ServiceFailure> {
        let body = std::str::from_utf8(&response.body).unwrap_or_default();
        if let Some(failure) = failure(response, body) {
            return Err(failure);
        }
        let payload = if body.trim().is_empty() {
            Value::Null
        } else {
            // What is not JSON comes as text.
            serde_json::from_str(body).unwrap_or_else(|_| body.into())
        };
        if !self.enveloped {
            return Ok(ServiceAnswer::Result(payload));
        }
        let request_id = response
            .header("x-amzn-requestid")
            .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        let mut answer = Map::new();
        if self.invocation_type.as_deref() != Some("Event") {
            let version = response.header("x-amz-executed-version");
            let version = version.or(self.qualifier.as_deref()).unwrap_or("$LATEST");
            answer.insert("ExecutedVersion".into(), version.into());
            answer.insert("Payload".into(), payload);
        }
        let status = match self.invocation_type.as_deref() {
            Some("Event") => 202,
            _ => response.status,
        };
        metadata::add(&mut answer, status, &response.headers, &request_id);
        answer.insert("StatusCode".into(), status.into());
        let answer = Value::Object(answer);
        Ok(if self.waits_for_token {
            ServiceAnswer::WaitsForToken(answer)
        } else {
            ServiceAnswer::Result(answer)
        })
    }
}

/// The failure that an answer tells of: the function's own, or why it could not run.
fn failure(response: &HttpResponse, body: &str) -> Option<ServiceFailure> {
    let failed = response.header("x-amz-function-error").is_some();
    if response.is_success() && !failed {
        return None;
    }
    let told: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    if let Some(name) = told["errorType"].as_str() {
        return Some(ServiceFailure::new(name, body));
    }
    if failed {
        return Some(ServiceFailure::new("Lambda.Unknown", body));
    }
    let code = response
        .header("x-amzn-errortype")
        .and_then(|code| code.split(':').next())
        .or_else(|| told["__type"].as_str())
        .unwrap_or(match response.status {
            404 => "ResourceNotFoundException",
            429 => "TooManyRequestsException",
            500.. => "ServiceException",
            _ => "AWSLambdaException",
        });
    let message = ["message", "Message", "errorMessage"]
        .iter()
        .find_map(|key| told[*key].as_str())
        .unwrap_or(body);
    let request_id = response.header("x-amzn-requestid").unwrap_or("-");
    Some(ServiceFailure::new(
        format!("Lambda.{code}"),
        format!(
            "{message} (Service: AWSLambda; Status Code: {}; Error Code: {code}; Request ID: \
             {request_id}; Proxy: null)",
            response.status
        ),
    ))
}

/// The name of a function in a name, a partial ARN or a whole one, without its qualifier.
pub(super) fn name_of(function: &str) -> &str {
    let parts: Vec<&str> = function.split(':').collect();
    let after_function = parts
        .iter()
        .position(|part| *part == "function")
        .and_then(|at| parts.get(at + 1));
    after_function
        .or(parts.first())
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_known_by_its_name_in_every_spelling() {
        for spelling in [
            "charge",
            "charge:7",
            "123456789012:function:charge",
            "arn:aws:lambda:us-east-1:123456789012:function:charge",
            "arn:aws:lambda:us-east-1:123456789012:function:charge:live",
        ] {
            assert_eq!(name_of(spelling), "charge", "{spelling}");
        }
    }
}
