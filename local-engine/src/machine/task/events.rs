//! Which event tells what happened to a task: activities, functions and services have their own.

use std::sync::Arc;

use super::Request;
use crate::asl::Resource;
use crate::history::{EventDetails, LambdaEvent, ServiceEvent, ServiceEventKind};
use crate::machine::failure::Failure;

/// Who a result that is too large came from.
pub(super) fn who(resource: &Resource) -> &str {
    match resource {
        Resource::Activity(arn) | Resource::Lambda(arn) => arn,
        Resource::Service(action) => &action.service,
    }
}

/// A call is about to be made.
pub(super) fn scheduled(resource: &Resource, request: &Request, region: &str) -> EventDetails {
    let input = request.input.text().clone();
    let role_arn = request.role.clone();
    match resource {
        Resource::Activity(arn) | Resource::Lambda(arn) => {
            EventDetails::Lambda(LambdaEvent::Scheduled {
                resource: arn.clone(),
                input,
                timeout_in_seconds: request.timeout,
                role_arn,
            })
        }
        Resource::Service(_) => service(
            resource,
            ServiceEventKind::Scheduled {
                region: region.into(),
                parameters: input,
                timeout_in_seconds: request.timeout,
                heartbeat_in_seconds: request.heartbeat,
                role_arn,
            },
        ),
    }
}

/// A call was made.
pub(super) fn started(resource: &Resource) -> EventDetails {
    match resource {
        Resource::Activity(_) | Resource::Lambda(_) => EventDetails::Lambda(LambdaEvent::Started),
        Resource::Service(_) => service(resource, ServiceEventKind::Started),
    }
}

/// A call was answered and the task goes on.
pub(super) fn submitted(resource: &Resource, output: Arc<str>) -> EventDetails {
    service(resource, ServiceEventKind::Submitted { output })
}

pub(super) fn succeeded(resource: &Resource, output: &Arc<str>) -> EventDetails {
    let output = output.clone();
    match resource {
        Resource::Activity(_) => EventDetails::ActivitySucceeded { output },
        Resource::Lambda(_) => EventDetails::Lambda(LambdaEvent::Succeeded { output }),
        Resource::Service(_) => service(resource, ServiceEventKind::Succeeded { output }),
    }
}

pub(super) fn failed(resource: &Resource, failure: &Failure) -> EventDetails {
    let Failure { error, cause, .. } = failure.clone();
    match resource {
        Resource::Activity(_) => EventDetails::ActivityFailed { error, cause },
        Resource::Lambda(_) => EventDetails::Lambda(LambdaEvent::Failed { error, cause }),
        Resource::Service(_) => service(resource, ServiceEventKind::Failed { error, cause }),
    }
}

pub(super) fn timed_out(resource: &Resource, failure: &Failure) -> EventDetails {
    let Failure { error, cause, .. } = failure.clone();
    match resource {
        Resource::Activity(_) => EventDetails::ActivityTimedOut { error, cause },
        Resource::Lambda(_) => EventDetails::Lambda(LambdaEvent::TimedOut { error, cause }),
        Resource::Service(_) => service(resource, ServiceEventKind::TimedOut { error, cause }),
    }
}

fn service(resource: &Resource, kind: ServiceEventKind) -> EventDetails {
    let (resource, resource_type): (Arc<str>, Arc<str>) = match resource {
        Resource::Activity(arn) | Resource::Lambda(arn) => (arn.clone(), arn.clone()),
        Resource::Service(action) => (action.full_action().into(), action.service.clone()),
    };
    EventDetails::Service(ServiceEvent {
        resource,
        resource_type,
        kind,
    })
}
