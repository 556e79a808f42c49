//! The contract of one activity.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::ErrorContract;
use super::format;
use super::terms::{self, CONCURRENCY, Terms};
use crate::activity::ActivityOptions;
use crate::description::Description;
use crate::rate::Rate;

/// What one activity promises, with its options as they hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ActivityContract {
    /// The name for the service.
    pub name: String,
    /// What it does, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How often the worker says that a task is alive, where the task's envelope does not tell
    /// the state's `HeartbeatSeconds`.
    #[serde(rename = "heartbeatSeconds", with = "format::seconds")]
    pub heartbeat: Duration,
    /// Where [`heartbeat`](Self::heartbeat) comes from.
    pub heartbeat_from: HeartbeatSource,
    /// The state's `HeartbeatSeconds`, as the activity declares it.
    #[serde(
        rename = "heartbeatTimeoutSeconds",
        with = "format::optional_seconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub heartbeat_timeout: Option<Duration>,
    /// How long the handler may run.
    #[serde(
        rename = "timeoutSeconds",
        with = "format::optional_seconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub timeout: Option<Duration>,
    /// How long the handler may show no sign of life.
    #[serde(
        rename = "stallAfterSeconds",
        with = "format::optional_seconds",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub stall_after: Option<Duration>,
    /// How many tasks run at a time in one worker.
    pub concurrency: usize,
    /// How many tasks may start in a span of time in one worker.
    #[serde(
        with = "format::optional_rate",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub rate: Option<Rate>,
    /// The fields of the envelope that it cannot do without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub envelope: Vec<String>,
    /// The names that it can fail under.
    #[serde(default)]
    pub errors: Vec<ErrorContract>,
    /// Whether it can fail under names that are not among [`errors`](Self::errors).
    #[serde(default)]
    pub other_errors: bool,
    /// The names under which the worker can fail its tasks.
    #[serde(default)]
    pub worker_errors: Vec<String>,
    /// The JSON Schema of the input, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    /// The JSON Schema of the output, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
}

/// Where the heartbeat interval of an activity comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum HeartbeatSource {
    /// The activity or its configuration says it.
    Activity,
    /// It is a third of the heartbeat timeout that the activity declares.
    HeartbeatTimeout,
    /// It is the worker's default.
    Worker,
}

impl ActivityContract {
    pub(super) fn new(
        name: &str,
        options: ActivityOptions,
        description: &Description,
        terms: &Terms,
    ) -> Self {
        let (heartbeat, heartbeat_from) = heartbeat(&options, terms);
        let mut errors: Vec<ErrorContract> = Vec::new();
        for error in description.errors() {
            // Variants may share a name; the first one that says something counts.
            match errors.iter_mut().find(|known| known.name == error.name) {
                Some(known) => known.complete_with(error),
                None => errors.push(error.into()),
            }
        }
        // An activity by hand that says nothing at all has not said that it cannot fail.
        let silent = description.errors().is_empty() && description.location().is_none();
        let other_errors = description.has_other_errors() || silent || terms.foreign_layers;
        // A time limit of the activity's own is one, whatever the envelope tells.
        let limited = |field: &str| field == "timeoutSeconds" && options.timeout.is_some();
        let envelope: Vec<String> = description
            .envelope_fields()
            .filter(|field| !limited(field))
            .map(str::to_owned)
            .collect();
        Self {
            name: name.to_owned(),
            description: description.text().map(str::to_owned),
            heartbeat,
            heartbeat_from,
            heartbeat_timeout: options.heartbeat_timeout,
            timeout: options.timeout,
            stall_after: options.stall_after,
            concurrency: options.concurrency.unwrap_or(CONCURRENCY),
            rate: options.rate,
            errors,
            other_errors,
            worker_errors: terms::names(&options, !envelope.is_empty(), other_errors, terms),
            envelope,
            input: description.input().cloned(),
            output: description.output().cloned(),
        }
    }

    /// An error of the activity by its name.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&ErrorContract> {
        self.errors.iter().find(|error| error.name == name)
    }

    /// Whether the worker can fail a task of the activity under this name.
    #[must_use]
    pub fn has_worker_error(&self, name: &str) -> bool {
        self.worker_errors.iter().any(|known| known == name)
    }

    /// How often the worker says that a task is alive whose envelope tells the state's
    /// `HeartbeatSeconds`.
    pub(crate) fn heartbeat_within(&self, limit: Duration) -> Duration {
        match self.heartbeat_from {
            HeartbeatSource::Activity if self.heartbeat < limit => self.heartbeat,
            _ => limit / 3,
        }
    }
}

/// The interval without an envelope, as a run chooses it.
fn heartbeat(options: &ActivityOptions, terms: &Terms) -> (Duration, HeartbeatSource) {
    match (options.heartbeat, options.heartbeat_timeout) {
        (Some(every), Some(limit)) if every >= limit => {
            (limit / 3, HeartbeatSource::HeartbeatTimeout)
        }
        (Some(every), _) => (every, HeartbeatSource::Activity),
        (None, Some(limit)) => (limit / 3, HeartbeatSource::HeartbeatTimeout),
        (None, None) => (terms.heartbeat, HeartbeatSource::Worker),
    }
}
