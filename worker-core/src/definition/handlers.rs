//! `Retry` and `Catch`: which entry an error meets, by the rules of AWS.

use serde_json::Value;

use super::machine::State;
use super::place::Place;

pub(super) const ALL: &str = "States.ALL";
pub(super) const TASK_FAILED: &str = "States.TaskFailed";
pub(super) const TIMEOUT: &str = "States.Timeout";
pub(super) const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
const RUNTIME: &str = "States.Runtime";

/// The language's own names, which are reserved, and whether a worker's task can meet them.
pub(super) const LANGUAGE: [(&str, bool); 17] = [
    (ALL, true),
    (TASK_FAILED, true),
    (TIMEOUT, true),
    (HEARTBEAT_TIMEOUT, true),
    ("States.Permissions", true),
    (DATA_LIMIT_EXCEEDED, true),
    ("States.ResultPathMatchFailure", true),
    ("States.ParameterPathFailure", true),
    ("States.IntrinsicFailure", true),
    ("States.QueryEvaluationError", true),
    (RUNTIME, false),
    ("States.BranchFailed", false),
    ("States.NoChoiceMatched", false),
    ("States.ExceedToleratedFailureThreshold", false),
    ("States.ItemReaderFailed", false),
    ("States.ResultWriterFailed", false),
    ("States.Http.Socket", false),
];

/// The entries of `Retry` or of `Catch`.
#[derive(Debug)]
pub(super) struct Handlers<'a> {
    pub(super) entries: Vec<Handler<'a>>,
}

/// One entry.
#[derive(Debug)]
pub(super) struct Handler<'a> {
    pub(super) place: Place,
    pub(super) errors: Vec<(&'a str, Place)>,
    /// Whether it does anything: a retrier of no attempts is there to do nothing.
    pub(super) acts: bool,
}

impl<'a> Handlers<'a> {
    /// What handles an error by trying again.
    pub(super) fn retry(state: &State<'a>) -> Self {
        Self::read(state, "Retry")
    }

    /// What handles an error by going on elsewhere.
    pub(super) fn catch(state: &State<'a>) -> Self {
        Self::read(state, "Catch")
    }

    fn read(state: &State<'a>, field: &str) -> Self {
        let place = state.place.at(field);
        let entries = state.fields.get(field).and_then(Value::as_array);
        let entries = entries.into_iter().flatten().enumerate();
        Self {
            entries: entries
                .map(|(index, entry)| Handler::read(entry, place.at(index)))
                .collect(),
        }
    }

    /// The entry that an error meets: the first one that matches.
    pub(super) fn met_by(&self, error: &str) -> Option<&Handler<'a>> {
        self.entries.iter().find(|entry| entry.matches(error))
    }

    /// Whether an error is handled, and not only named so that nothing happens.
    pub(super) fn handle(&self, error: &str) -> bool {
        self.met_by(error).is_some_and(|entry| entry.acts)
    }
}

impl<'a> Handler<'a> {
    fn read(entry: &'a Value, place: Place) -> Self {
        let names = entry.get("ErrorEquals").and_then(Value::as_array);
        let list = place.at("ErrorEquals");
        let names = names.into_iter().flatten().enumerate();
        Self {
            errors: names
                .filter_map(|(index, name)| Some((name.as_str()?, list.at(index))))
                .collect(),
            acts: entry.get("MaxAttempts").and_then(Value::as_u64) != Some(0),
            place,
        }
    }

    pub(super) fn matches(&self, error: &str) -> bool {
        self.errors.iter().any(|(name, _)| matches(name, error))
    }

    pub(super) fn names(&self, error: &str) -> bool {
        self.errors.iter().any(|(name, _)| *name == error)
    }
}

/// Whether a name in `ErrorEquals` matches an error.
///
/// `States.HeartbeatTimeout` as an error is a time-out for want of heartbeats: it is matched by
/// the name of either time-out.
pub(super) fn matches(name: &str, error: &str) -> bool {
    // The first always ends the execution; the second is matched by no wildcard.
    if error == RUNTIME {
        return false;
    }
    if name == error {
        return true;
    }
    match name {
        ALL => error != DATA_LIMIT_EXCEEDED,
        TASK_FAILED => !matches!(
            error,
            TIMEOUT | HEARTBEAT_TIMEOUT | DATA_LIMIT_EXCEEDED | ALL
        ),
        TIMEOUT => error == HEARTBEAT_TIMEOUT,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_what_aws_says_they_match() {
        for (name, error, expected) in [
            (ALL, "CardDeclined", true),
            (ALL, TIMEOUT, true),
            (ALL, DATA_LIMIT_EXCEEDED, false),
            (ALL, RUNTIME, false),
            (RUNTIME, RUNTIME, false),
            (TASK_FAILED, "CardDeclined", true),
            (TASK_FAILED, "States.Permissions", true),
            (TASK_FAILED, TIMEOUT, false),
            (TASK_FAILED, HEARTBEAT_TIMEOUT, false),
            (TIMEOUT, HEARTBEAT_TIMEOUT, true),
            (HEARTBEAT_TIMEOUT, TIMEOUT, false),
            (HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT, true),
            (DATA_LIMIT_EXCEEDED, DATA_LIMIT_EXCEEDED, true),
            ("CardDeclined", "carddeclined", false),
        ] {
            assert_eq!(matches(name, error), expected, "{name} and {error}");
        }
    }
}
