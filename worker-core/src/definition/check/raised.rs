//! Names in `Retry` and `Catch` that nothing raises.

use std::collections::BTreeSet;

use crate::contract::ActivityContract;
use crate::definition::code::Code;
use crate::definition::finding::Finding;
use crate::definition::handlers::{HEARTBEAT_TIMEOUT, Handlers, LANGUAGE};
use crate::definition::machine::{Machine, Seconds, State};
use crate::definition::suggest::{self, did_you_mean};
use crate::failure::names;

const RESERVED: &str = "States.";
/// What a worker sends instead of the language's codes when these are refused.
const TWINS: [&str; 4] = [
    "Worker.TaskFailed",
    "Worker.Timeout",
    "Worker.Permissions",
    "Worker.DataLimitExceeded",
];

/// The names that can come out of a state.
#[derive(Debug, Default)]
struct Raised<'a> {
    names: BTreeSet<&'a str>,
    /// Whether others can, too.
    is_open: bool,
    /// Whether the language's codes for states that hold states can.
    is_container: bool,
    has_heartbeat: bool,
}

pub(super) fn check(
    machine: &Machine<'_>,
    number: usize,
    uses: &[Option<&ActivityContract>],
    findings: &mut Vec<Finding>,
) {
    let state = &machine.states[number];
    let mut entries = [Handlers::retry(state), Handlers::catch(state)]
        .into_iter()
        .flat_map(|handlers| handlers.entries)
        .peekable();
    // What is in a state is looked through only for those that handle errors.
    if entries.peek().is_none() {
        return;
    }
    let raised = Raised::by(machine, number, uses);
    for entry in entries {
        for (name, place) in &entry.errors {
            if let Some(why) = raised.is_never(name) {
                findings.push(Finding::naming(Code::NeverRaised, place, [*name], why));
            }
        }
    }
}

impl<'a> Raised<'a> {
    fn by(machine: &Machine<'a>, number: usize, uses: &[Option<&'a ActivityContract>]) -> Self {
        let state = &machine.states[number];
        let mut raised = Self {
            is_container: matches!(state.kind, "Parallel" | "Map"),
            ..Self::default()
        };
        raised.add(state, uses[number]);
        let children = |state: &State<'_>| state.surroundings.children;
        for inner in machine.within(number) {
            let inner_state = &machine.states[inner];
            // A distributed Map fails by its own names, whatever failed in it.
            if children(inner_state) == children(state) {
                raised.add(inner_state, uses[inner]);
            }
        }
        raised
    }

    fn add(&mut self, state: &State<'a>, activity: Option<&'a ActivityContract>) {
        match (state.kind, activity) {
            ("Task", Some(activity)) => {
                self.is_open |= activity.other_errors;
                let errors = activity.errors.iter().map(|error| error.name.as_str());
                self.names.extend(errors);
                self.names
                    .extend(activity.worker_errors.iter().map(String::as_str));
                self.names.extend(TWINS);
                self.has_heartbeat |= state.seconds("HeartbeatSeconds") != Seconds::Missing;
            }
            ("Task", None) => {
                self.is_open = true;
                self.has_heartbeat = true;
            }
            ("Fail", _) => match state.fields.get("Error").and_then(|error| error.as_str()) {
                Some(error) if !error.contains("{%") => {
                    self.names.insert(error);
                }
                _ => self.is_open = true,
            },
            _ => {}
        }
    }

    /// Why nothing raises the name, if nothing does.
    fn is_never(&self, name: &str) -> Option<String> {
        if name.starts_with(RESERVED) {
            return self.is_never_reserved(name);
        }
        if self.names.contains(name) {
            return None;
        }
        let language = LANGUAGE.iter().map(|(name, _)| *name);
        let meant = suggest::nearest(name, self.names.iter().copied().chain(language));
        if self.is_open {
            // Only a slip can be told from a name that is not known.
            let meant = meant.filter(|_| name.len() > 4)?;
            return Some(format!(
                "{{names}} is not among the names that are known: did you mean {meant}?"
            ));
        }
        let why = match name {
            names::STALLED => {
                "nothing raises {names}, since the activity has no stall_after: set it, or take \
                 the name out"
            }
            names::ENVELOPE_MISSING => {
                "nothing raises {names}, since the activity needs nothing of an envelope: take the \
                 name out"
            }
            names::PAYLOAD_UNAVAILABLE | names::PAYLOAD_CORRUPT => {
                "nothing raises {names}, since the worker has no claim check: add the layer, or \
                 take the name out"
            }
            _ => {
                let meant = match meant {
                    None => "; take the name out".to_owned(),
                    meant => did_you_mean(meant),
                };
                return Some(format!("nothing raises {{names}}{meant}"));
            }
        };
        Some(why.to_owned())
    }

    fn is_never_reserved(&self, name: &str) -> Option<String> {
        if name == "States.Runtime" {
            let why = "{names} is never matched: it always ends the execution; take the name out";
            return Some(why.to_owned());
        }
        match LANGUAGE.iter().find(|(known, _)| *known == name) {
            None => {
                let known = LANGUAGE.iter().map(|(known, _)| *known);
                let meant = did_you_mean(suggest::nearest(name, known));
                Some(format!(
                    "{{names}} is not a name of the states language, which reserves the prefix \
                     States.{meant}"
                ))
            }
            Some((HEARTBEAT_TIMEOUT, _)) if !self.has_heartbeat => Some(
                "nothing raises {names}, since there is no HeartbeatSeconds: set it, or take the \
                 name out"
                    .to_owned(),
            ),
            Some((_, by_task)) if !by_task && !self.is_container && !self.is_open => Some(
                "{names} does not come out of a task of an activity: take the name out".to_owned(),
            ),
            Some(_) => None,
        }
    }
}
