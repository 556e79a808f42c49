//! Why a state failed, and whether anything may handle it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::frame::Visit;
use crate::query::jsonata::EvaluationError;

/// The error name of what the service cannot go on from.
const RUNTIME: &str = "States.Runtime";
/// The error name of a clock that ran out.
pub(super) const TIMEOUT: &str = "States.Timeout";
/// The error name of a value above the service's limit.
const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
/// The error name of an expression that came to nothing.
const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";

/// The most bytes of a cause.
const CAUSE_LIMIT: usize = 32_768;
/// The most bytes of the place of an expression.
const LOCATION_LIMIT: usize = 256;

/// Why a state failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// The error name; a worker or a Fail state may have given none.
    pub(super) error: Option<Arc<str>>,
    /// The cause, if there is one.
    pub(super) cause: Option<Arc<str>>,
    pub(super) nature: Nature,
}

/// What kind of failure it is, beyond its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Nature {
    /// `Retry` and `Catch` may handle it.
    Ordinary,
    /// A task's clock ran out; `heartbeat` tells which.
    TimedOut { heartbeat: bool },
    /// An expression came to nothing, in this field. It becomes an ordinary failure when that is
    /// recorded.
    Evaluation(Option<Arc<str>>),
    /// `States.Runtime`, raised by the engine: the execution fails at once, wherever it happened.
    Fatal,
}

impl Failure {
    /// What a worker or a Fail state said.
    pub(super) fn stated(error: Option<Arc<str>>, cause: Option<Arc<str>>) -> Self {
        Self {
            error,
            cause,
            nature: Nature::Ordinary,
        }
    }

    /// A task's clock ran out. Both clocks have the same name in the history.
    pub(super) fn timed_out(heartbeat: bool) -> Self {
        Self {
            error: Some(TIMEOUT.into()),
            cause: None,
            nature: Nature::TimedOut { heartbeat },
        }
    }

    /// `States.Runtime` in this visit.
    pub(super) fn runtime(visit: &Visit, message: &str) -> Self {
        Self::named(visit, RUNTIME, message)
    }

    /// A failure with one of the language's own names in this visit.
    pub(super) fn named(visit: &Visit, error: &str, message: &str) -> Self {
        let mut cause = format!(
            "An error occurred while executing the state '{}' (entered at the event id #{}). {message}",
            visit.name, visit.entered_id
        );
        // The message may show a whole input, or a long expression.
        cause.truncate(cause.floor_char_boundary(CAUSE_LIMIT));
        let nature = if error == RUNTIME {
            Nature::Fatal
        } else {
            Nature::Ordinary
        };
        Self {
            error: Some(error.into()),
            cause: Some(cause.into()),
            nature,
        }
    }

    /// An expression in this visit came to nothing.
    pub(super) fn evaluation(visit: &Visit, error: &EvaluationError) -> Self {
        let location = error
            .location()
            .map(|location| &location[..location.floor_char_boundary(LOCATION_LIMIT)]);
        Self {
            nature: Nature::Evaluation(location.map(Into::into)),
            ..Self::named(visit, QUERY_EVALUATION_ERROR, &error.to_string())
        }
    }

    /// The variables of a state with this name are above the service's limits.
    pub(super) fn variables_limit(who: &str) -> Self {
        let cause = format!(
            "The state/task '{who}' assigned variables with a size exceeding the maximum number of bytes service limit."
        );
        Self::stated(Some(DATA_LIMIT_EXCEEDED.into()), Some(cause.into()))
    }

    /// A value in this visit is above the service's limit.
    pub(super) fn data_limit(who: &str) -> Self {
        let cause = format!(
            "The state/task '{who}' returned a result with a size exceeding the maximum number of bytes service limit."
        );
        Self::stated(Some(DATA_LIMIT_EXCEEDED.into()), Some(cause.into()))
    }

    /// The history is full; not the fault of any state.
    pub(super) fn history_full(limit: u64) -> Self {
        let cause =
            format!("The execution reached the maximum number of history events ({limit}).");
        Self {
            error: Some(RUNTIME.into()),
            cause: Some(cause.into()),
            nature: Nature::Fatal,
        }
    }

    pub(super) fn is_fatal(&self) -> bool {
        self.nature == Nature::Fatal
    }

    /// Whether an expression came to nothing, and no event says so yet.
    pub(super) fn is_evaluation(&self) -> bool {
        matches!(self.nature, Nature::Evaluation(_))
    }

    pub(super) fn is_heartbeat(&self) -> bool {
        self.nature == Nature::TimedOut { heartbeat: true }
    }

    /// What a catcher gets. A worker that gave no error or cause leaves `null`; a clock that ran
    /// out has an empty cause.
    pub(super) fn error_output(&self) -> Value {
        let cause = match (&self.cause, &self.nature) {
            (Some(cause), _) => Value::from(&**cause),
            (None, Nature::TimedOut { .. }) => Value::from(""),
            (None, Nature::Ordinary | Nature::Evaluation(_) | Nature::Fatal) => Value::Null,
        };
        json!({"Error": self.error.as_deref(), "Cause": cause})
    }
}
