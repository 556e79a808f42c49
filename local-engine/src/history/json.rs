//! An event as `GetExecutionHistory` sends it.

mod task;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{EventDetails, HistoryEvent};

/// The whole event: the envelope and, for most types, one object of details.
pub(super) fn event(event: &HistoryEvent, include_execution_data: bool) -> Value {
    let mut object = Map::new();
    object.insert("timestamp".into(), epoch_seconds(event.timestamp).into());
    object.insert("type".into(), event.event_type().into());
    object.insert("id".into(), event.id.into());
    object.insert("previousEventId".into(), event.previous_event_id.into());
    if let Some((key, details)) = details(&event.details, include_execution_data) {
        object.insert(key.into(), Value::Object(details.0));
    }
    Value::Object(object)
}

/// The key and members of the details; none for the types that have only an envelope.
fn details(event: &EventDetails, data: bool) -> Option<(&'static str, Details)> {
    let (key, members) = match event {
        EventDetails::ExecutionStarted { input, role_arn } => (
            "executionStartedEventDetails",
            Details::new()
                .data("input", input, data)
                .text("roleArn", role_arn),
        ),
        EventDetails::ExecutionSucceeded { output } => (
            "executionSucceededEventDetails",
            Details::new().data("output", output, data),
        ),
        EventDetails::ExecutionFailed { error, cause } => (
            "executionFailedEventDetails",
            Details::failure(error.as_deref(), cause.as_deref()),
        ),
        EventDetails::ExecutionAborted { error, cause } => (
            "executionAbortedEventDetails",
            Details::failure(error.as_deref(), cause.as_deref()),
        ),
        EventDetails::ExecutionTimedOut { error, cause } => (
            "executionTimedOutEventDetails",
            Details::failure(error.as_deref(), cause.as_deref()),
        ),
        EventDetails::StateEntered { name, input, .. } => (
            "stateEnteredEventDetails",
            Details::new().text("name", name).data("input", input, data),
        ),
        EventDetails::StateExited {
            name,
            output,
            assigned,
            ..
        } => (
            "stateExitedEventDetails",
            Details::new()
                .text("name", name)
                .data("output", output, data)
                .variables(assigned, data),
        ),
        EventDetails::EvaluationFailed {
            error,
            cause,
            location,
            state,
        } => (
            "evaluationFailedEventDetails",
            Details::failure(error.as_deref(), cause.as_deref())
                .optional("location", location.as_deref())
                .text("state", state),
        ),
        EventDetails::ActivityScheduled {
            resource,
            input,
            timeout_in_seconds,
            heartbeat_in_seconds,
        } => (
            "activityScheduledEventDetails",
            Details::new()
                .text("resource", resource)
                .data("input", input, data)
                .number("timeoutInSeconds", *timeout_in_seconds)
                .number("heartbeatInSeconds", *heartbeat_in_seconds),
        ),
        EventDetails::ActivityStarted { worker_name } => (
            "activityStartedEventDetails",
            Details::new().optional("workerName", worker_name.as_deref()),
        ),
        EventDetails::ActivitySucceeded { output } => (
            "activitySucceededEventDetails",
            Details::new().data("output", output, data),
        ),
        EventDetails::ActivityFailed { error, cause } => (
            "activityFailedEventDetails",
            Details::failure(error.as_deref(), cause.as_deref()),
        ),
        EventDetails::ActivityTimedOut { error, cause } => (
            "activityTimedOutEventDetails",
            Details::failure(error.as_deref(), cause.as_deref()),
        ),
        EventDetails::Lambda(event) => return task::lambda(event, data),
        EventDetails::Service(event) => return Some(task::service(event, data)),
        EventDetails::MapStateStarted { length } => (
            "mapStateStartedEventDetails",
            Details::new().number("length", Some(*length)),
        ),
        EventDetails::MapRunStarted { map_run_arn } => (
            "mapRunStartedEventDetails",
            Details::new().text("mapRunArn", map_run_arn),
        ),
        EventDetails::MapRunFailed { error, cause } => (
            "mapRunFailedEventDetails",
            Details::failure(error.as_deref(), cause.as_deref()),
        ),
        EventDetails::MapIterationStarted { name, index } => (
            "mapIterationStartedEventDetails",
            Details::iteration(name, *index),
        ),
        EventDetails::MapIterationSucceeded { name, index } => (
            "mapIterationSucceededEventDetails",
            Details::iteration(name, *index),
        ),
        EventDetails::MapIterationFailed { name, index } => (
            "mapIterationFailedEventDetails",
            Details::iteration(name, *index),
        ),
        EventDetails::MapIterationAborted { name, index } => (
            "mapIterationAbortedEventDetails",
            Details::iteration(name, *index),
        ),
        EventDetails::StateAborted { .. }
        | EventDetails::ParallelStateStarted
        | EventDetails::ParallelStateSucceeded
        | EventDetails::ParallelStateFailed
        | EventDetails::MapRunSucceeded
        | EventDetails::MapRunAborted
        | EventDetails::MapStateSucceeded
        | EventDetails::MapStateFailed => return None,
    };
    Some((key, members))
}

/// The members of an object of details, in the making.
struct Details(Map<String, Value>);

impl Details {
    fn new() -> Self {
        Self(Map::new())
    }

    fn failure(error: Option<&str>, cause: Option<&str>) -> Self {
        Self::new()
            .optional("error", error)
            .optional("cause", cause)
    }

    fn iteration(name: &str, index: u64) -> Self {
        Self::new().text("name", name).number("index", Some(index))
    }

    fn text(self, key: &str, value: &str) -> Self {
        self.optional(key, Some(value))
    }

    fn optional(mut self, key: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.0.insert(key.into(), value.into());
        }
        self
    }

    fn number(mut self, key: &str, value: Option<u64>) -> Self {
        if let Some(value) = value {
            self.0.insert(key.into(), value.into());
        }
        self
    }

    /// The variables that a state assigned and the note that they are whole, if there are any.
    fn variables(mut self, assigned: &[(Arc<str>, Arc<str>)], include: bool) -> Self {
        if include && !assigned.is_empty() {
            let values = assigned
                .iter()
                .map(|(name, value)| (name.to_string(), Value::from(&**value)));
            self.0
                .insert("assignedVariables".into(), Value::Object(values.collect()));
            let mut note = Map::new();
            note.insert("truncated".into(), false.into());
            self.0
                .insert("assignedVariablesDetails".into(), Value::Object(note));
        }
        self
    }

    /// An input or output and the note that it is whole, or neither.
    fn data(mut self, key: &str, json: &str, include: bool) -> Self {
        if include {
            self.0.insert(key.into(), json.into());
            let mut note = Map::new();
            note.insert("truncated".into(), false.into());
            self.0.insert(format!("{key}Details"), Value::Object(note));
        }
        self
    }
}

/// Seconds since the epoch with milliseconds as the fraction, the protocol's form of an instant.
fn epoch_seconds(at: Timestamp) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of any representable instant stay below 2^53"
    )]
    let milliseconds = at.as_millisecond() as f64;
    milliseconds / 1000.0
}
