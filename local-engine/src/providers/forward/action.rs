//! One action of one service, as a state names it.

use serde_json::Value;

use super::service::{Optimised, Protocol, Service, by_integration, by_sdk_name};
use crate::asl::{Pattern, Resource};
use crate::providers::ServiceFailure;

/// An action that can be forwarded.
#[derive(Debug, Clone)]
pub(super) struct Action {
    pub(super) service: Service,
    /// The operation as the protocol spells it: `SendMessage`.
    pub(super) operation: String,
    pub(super) pattern: Pattern,
    /// The names in errors of an optimised integration; nothing for an SDK action.
    pub(super) optimised: Option<Optimised>,
}

impl Action {
    /// The action of a resource; `None` if it is not one that can be forwarded.
    pub(super) fn of(resource: &Resource) -> Option<Self> {
        let Resource::Service(action) = resource else {
            return None;
        };
        let (service, optimised) = match action.service.strip_prefix("aws-sdk:") {
            Some(name) => (by_sdk_name(name)?, None),
            None => {
                let (service, optimised) = by_integration(&action.service)?;
                (service, Some(optimised))
            }
        };
        // Jobs of other services are not watched.
        let waits_for_job = matches!(action.pattern, Pattern::Sync | Pattern::Sync2);
        if waits_for_job && (service.sdk, &*action.action) != ("ecs", "runTask") {
            return None;
        }
        if service.protocol == Protocol::Sns && &*action.action != "publish" {
            return None;
        }
        let mut operation = action.action.to_string();
        if let Some(first) = operation.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Some(Self {
            service,
            operation,
            pattern: action.pattern,
            optimised,
        })
    }

    /// The parameters with JSON made text where the service wants text and the integration lets
    /// states write JSON.
    pub(super) fn prepared(&self, mut parameters: Value) -> Value {
        if self.optimised.is_none() {
            return parameters;
        }
        match self.service.sdk {
            "sqs" => to_text(&mut parameters["MessageBody"]),
            "sns" => to_text(&mut parameters["Message"]),
            "eventbridge" => {
                for entry in parameters["Entries"].as_array_mut().into_iter().flatten() {
                    to_text(&mut entry["Detail"]);
                }
            }
            _ => {}
        }
        parameters
    }

    /// Finds the failure in an answer that came as a success.
    pub(super) fn check(&self, answer: &Value) -> Result<(), ServiceFailure> {
        if self.optimised.is_none() {
            return Ok(());
        }
        match self.service.sdk {
            "eventbridge" if answer["FailedEntryCount"].as_u64().unwrap_or(0) > 0 => Err(
                ServiceFailure::new("EventBridge.FailedEntry", answer.to_string()),
            ),
            "ecs" => {
                let failed = answer["Failures"].as_array();
                let started = answer["Tasks"].as_array();
                let nothing = started.is_none_or(Vec::is_empty);
                if failed.is_some_and(|failed| !failed.is_empty()) && nothing {
                    return Err(ServiceFailure::new(
                        "ECS.AmazonECSException",
                        answer.to_string(),
                    ));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn to_text(value: &mut Value) {
    if !matches!(value, Value::String(_) | Value::Null) {
        *value = Value::String(value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::asl::Definition;
    use crate::asl::StateKind;

    fn action(resource: &str) -> Option<Action> {
        let definition = json!({"StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": resource, "End": true}}});
        let definition = Definition::parse(&definition.to_string()).unwrap();
        match &definition.graph.start().kind {
            StateKind::Task(task) => Action::of(&task.resource),
            _ => None,
        }
    }

    #[test]
    fn known_services_are_forwarded_and_others_left() {
        let sqs = action("arn:aws:states:::sqs:sendMessage.waitForTaskToken").unwrap();
        assert_eq!(sqs.operation, "SendMessage");
        assert_eq!(sqs.pattern, Pattern::TaskToken);
        assert!(action("arn:aws:states:::aws-sdk:secretsmanager:listSecrets").is_some());
        assert!(action("arn:aws:states:::ecs:runTask.sync").is_some());
        assert!(action("arn:aws:states:::glue:startJobRun.sync").is_none());
        assert!(action("arn:aws:states:::aws-sdk:s3:getObject").is_none());
    }

    #[test]
    fn json_becomes_text_only_where_the_integration_does_it() {
        let message = json!({"MessageBody": {"a": 1}});
        let optimised = action("arn:aws:states:::sqs:sendMessage").unwrap();
        assert_eq!(
            optimised.prepared(message.clone()),
            json!({"MessageBody": r#"{"a":1}"#})
        );
        let sdk = action("arn:aws:states:::aws-sdk:sqs:sendMessage").unwrap();
        assert_eq!(sdk.prepared(message.clone()), message);
        let events = action("arn:aws:states:::events:putEvents").unwrap();
        assert_eq!(
            events.prepared(json!({"Entries": [{"Detail": {"b": []}}]})),
            json!({"Entries": [{"Detail": r#"{"b":[]}"#}]})
        );
    }

    #[test]
    fn an_entry_that_failed_is_a_failure() {
        let events = action("arn:aws:states:::events:putEvents").unwrap();
        let failure = events.check(&json!({"FailedEntryCount": 1})).unwrap_err();
        assert_eq!(failure.error.as_deref(), Some("EventBridge.FailedEntry"));
        assert!(events.check(&json!({"FailedEntryCount": 0})).is_ok());
    }
}
