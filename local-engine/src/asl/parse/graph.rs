//! `StartAt` and `States`: names, targets, reachability, and an end.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::assign;
use super::language::Language;
use super::object::Object;
use super::report::Report;
use super::state;
use super::transition;
use crate::asl::definition::StateGraph;
use crate::asl::problem::Code;

/// The most characters that the name of a state may have.
const NAME_LIMIT: usize = 80;

/// Reads the graph in an object that has `StartAt` and `States`, among others.
pub(super) fn read(
    object: &Object<'_>,
    language: Language,
    report: &mut Report,
) -> Option<StateGraph> {
    let start_at = object.text("StartAt", report);
    let states = object.object("States", report)?;
    if states.fields().is_empty() {
        report
            .schema(states.path(), "Value cannot be empty")
            .advise("give at least one state");
    }
    let sources = assign::Sources::of(states.fields());
    let read: Vec<_> = states
        .fields()
        .iter()
        .map(|(name, value)| {
            let path = states.field(name);
            check_name(name, &path, report);
            let state = Object::from_value(value, path, report)?;
            // Only graphs inside a state ask what was assigned before it.
            let has_graphs = ["Branches", "ItemProcessor", "Iterator"]
                .iter()
                .any(|field| state.has(field));
            let variables = if has_graphs {
                sources.assigned_before(name, language)
            } else {
                Vec::new()
            };
            report.begin_scope(variables);
            let read = state::read(name, &state, language, report);
            report.end_scope();
            read.map(Arc::new)
        })
        .collect();
    check_targets(object, start_at, &states, report);
    let read: Option<Vec<_>> = read.into_iter().collect();
    StateGraph::new(start_at?, read?)
}

fn check_name(name: &str, path: &str, report: &mut Report) {
    let length = name.chars().count();
    if length == 0 || length > NAME_LIMIT {
        report
            .add(
                Code::InvalidStateName,
                path,
                if length == 0 {
                    "State name cannot be empty".to_owned()
                } else {
                    format!(
                        "State name '{name}' exceeds the {NAME_LIMIT}-character limit allowed by \
                         the service"
                    )
                },
            )
            .advise(format!(
                "a name has 1 to {NAME_LIMIT} characters, this one {length}"
            ));
    }
    if !report.note_state_name(name) {
        report
            .add(
                Code::DuplicateStateName,
                path,
                format!("Duplicate State name: {name}"),
            )
            .advise("names are unique in the whole state machine, also across branches");
    }
}

/// Checks where the states lead, from the text itself: also states that are wrong in another
/// way lead somewhere.
fn check_targets(
    object: &Object<'_>,
    start_at: Option<&str>,
    states: &Object<'_>,
    report: &mut Report,
) {
    if let Some(start_at) = start_at.filter(|name| !states.has(name)) {
        note_missing(start_at, &object.field("StartAt"), states, report);
    }
    for (name, state) in states.fields() {
        for (field, target) in transition::targets(state) {
            if !states.has(target) {
                let path = format!("{}/{field}", states.field(name));
                note_missing(target, &path, states, report);
            }
        }
    }
    if states.fields().is_empty() {
        return;
    }
    if !states.fields().values().any(transition::is_terminal) {
        let problem = if object.path().is_empty() {
            report.add_anywhere(Code::MissingEndState, "Workflow has no terminal state")
        } else {
            report.add(
                Code::MissingEndState,
                object.path(),
                "Workflow has no terminal state",
            )
        };
        problem.advise("some state must be a Succeed or a Fail, or have \"End\": true");
    } else if let Some(start_at) = start_at {
        note_unreachable(start_at, states, report);
    }
}

fn note_missing(target: &str, path: &str, states: &Object<'_>, report: &mut Report) {
    let names: Vec<_> = states.fields().keys().map(String::as_str).collect();
    let advice = if names.is_empty() {
        "there are no states beside it".to_owned()
    } else {
        format!("the states beside it are: {}", names.join(", "))
    };
    report
        .add(
            Code::MissingTransitionTarget,
            path,
            format!("Missing 'Next' target: {target}"),
        )
        .advise(advice);
}

fn note_unreachable(start_at: &str, states: &Object<'_>, report: &mut Report) {
    let mut reached: HashSet<&str> = HashSet::new();
    let mut open: Vec<(&str, &Value)> = states
        .fields()
        .get_key_value(start_at)
        .map(|(name, state)| (name.as_str(), state))
        .into_iter()
        .collect();
    while let Some((name, state)) = open.pop() {
        if reached.insert(name) {
            let targets = transition::targets(state);
            open.extend(targets.into_iter().filter_map(|(_, target)| {
                let (name, state) = states.fields().get_key_value(target)?;
                Some((name.as_str(), state))
            }));
        }
    }
    for name in states.fields().keys() {
        if !reached.contains(name.as_str()) {
            report
                .add(
                    Code::MissingTransitionTarget,
                    &states.field(name),
                    format!("State \"{name}\" is not reachable."),
                )
                .advise("lead another state to it, or leave it out");
        }
    }
}
