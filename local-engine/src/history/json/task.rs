//! The events of Lambda functions and of services, as `GetExecutionHistory` sends them.

use serde_json::{Map, Value};

use super::Details;
use crate::history::{LambdaEvent, ServiceEvent, ServiceEventKind};

/// The key and members of the details; none for a start, which has only an envelope.
pub(super) fn lambda(event: &LambdaEvent, data: bool) -> Option<(&'static str, Details)> {
    Some(match event {
        LambdaEvent::Scheduled {
            resource,
            input,
            timeout_in_seconds,
            role_arn,
        } => (
            "lambdaFunctionScheduledEventDetails",
            Details::new()
                .text("resource", resource)
                .data("input", input, data)
                .number("timeoutInSeconds", *timeout_in_seconds)
                .credentials(role_arn.as_deref()),
        ),
        LambdaEvent::Started => return None,
        LambdaEvent::Succeeded { output } => (
            "lambdaFunctionSucceededEventDetails",
            Details::new().data("output", output, data),
        ),
        LambdaEvent::Failed { error, cause } => (
            "lambdaFunctionFailedEventDetails",
            Details::failure(error.as_deref(), cause.as_deref()),
        ),
        LambdaEvent::TimedOut { error, cause } => (
            "lambdaFunctionTimedOutEventDetails",
            Details::failure(error.as_deref(), cause.as_deref()),
        ),
    })
}

/// The key and members of the details.
pub(super) fn service(event: &ServiceEvent, data: bool) -> (&'static str, Details) {
    let details = Details::new()
        .text("resourceType", &event.resource_type)
        .text("resource", &event.resource);
    match &event.kind {
        ServiceEventKind::Scheduled {
            region,
            parameters,
            timeout_in_seconds,
            heartbeat_in_seconds,
            role_arn,
        } => (
            "taskScheduledEventDetails",
            details
                .text("region", region)
                .optional("parameters", data.then_some(&**parameters))
                .number("timeoutInSeconds", *timeout_in_seconds)
                .number("heartbeatInSeconds", *heartbeat_in_seconds)
                .credentials(role_arn.as_deref()),
        ),
        ServiceEventKind::Started => ("taskStartedEventDetails", details),
        ServiceEventKind::Submitted { output } => (
            "taskSubmittedEventDetails",
            details.data("output", output, data),
        ),
        ServiceEventKind::Succeeded { output } => (
            "taskSucceededEventDetails",
            details.data("output", output, data),
        ),
        ServiceEventKind::Failed { error, cause } => (
            "taskFailedEventDetails",
            details
                .optional("error", error.as_deref())
                .optional("cause", cause.as_deref()),
        ),
        ServiceEventKind::TimedOut { error, cause } => (
            "taskTimedOutEventDetails",
            details
                .optional("error", error.as_deref())
                .optional("cause", cause.as_deref()),
        ),
    }
}

impl Details {
    fn credentials(mut self, role_arn: Option<&str>) -> Self {
        if let Some(role_arn) = role_arn {
            let mut credentials = Map::new();
            credentials.insert("roleArn".into(), role_arn.into());
            self.0
                .insert("taskCredentials".into(), Value::Object(credentials));
        }
        self
    }
}
