//! `Next` and `End`: where a state leads.

use serde_json::Value;

use super::object::Object;
use super::report::Report;
use crate::asl::field::Transition;

/// Reads `Next` or `End`, of which a state has exactly one.
pub(super) fn read(state: &Object<'_>, report: &mut Report) -> Option<Transition> {
    let next = state.text("Next", report);
    let end = if state.has("End") {
        state.boolean("End", report)?
    } else {
        false
    };
    match (next, end) {
        (Some(next), false) => Some(Transition::Next(next.to_owned())),
        (None, true) => Some(Transition::End),
        (Some(_), true) => {
            report.schema(
                state.path(),
                "There should only be one of the following fields: [Next, End]",
            );
            None
        }
        (None, false) => {
            if !state.has("Next") {
                report
                    .schema(
                        state.path(),
                        "This object should have only one of the following fields: [Next, End]",
                    )
                    .advise("name the next state, or say \"End\": true");
            }
            None
        }
    }
}

/// Returns every name that a state points at, with the field that holds it.
pub(super) fn targets(state: &Value) -> Vec<(String, &str)> {
    let mut targets = Vec::new();
    for field in ["Next", "Default"] {
        if let Some(target) = state.get(field).and_then(Value::as_str) {
            targets.push((field.to_owned(), target));
        }
    }
    for field in ["Choices", "Catch"] {
        let entries = state.get(field).and_then(Value::as_array);
        for (index, entry) in entries.into_iter().flatten().enumerate() {
            if let Some(target) = entry.get("Next").and_then(Value::as_str) {
                targets.push((format!("{field}[{index}]/Next"), target));
            }
        }
    }
    targets
}

/// Returns whether a state ends its graph.
pub(super) fn is_terminal(state: &Value) -> bool {
    let kind = state.get("Type").and_then(Value::as_str);
    matches!(kind, Some("Succeed" | "Fail")) || state.get("End") == Some(&Value::Bool(true))
}
