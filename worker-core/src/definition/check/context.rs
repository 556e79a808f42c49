//! Values that parameters take from the context object.

use serde_json::Value;

use crate::definition::code::Code;
use crate::definition::draft::QueryLanguage;
use crate::definition::finding::Finding;
use crate::definition::machine::State;
use crate::definition::place::Place;
use crate::definition::shape::{computed_name, expression};
use crate::definition::suggest::{self, did_you_mean};

/// What the context object has; what stands under a name with a `*` is the user's.
const CONTEXT: [&str; 21] = [
    "Execution",
    "Execution.Id",
    "Execution.Input",
    "Execution.Input.*",
    "Execution.Name",
    "Execution.RedriveCount",
    "Execution.RedriveTime",
    "Execution.RoleArn",
    "Execution.StartTime",
    "State",
    "State.EnteredTime",
    "State.Name",
    "State.RetryCount",
    "StateMachine",
    "StateMachine.Id",
    "StateMachine.Name",
    "Task",
    "Task.Token",
    "Map.Item.Index",
    "Map.Item.Value",
    "Map.Item.*",
];

pub(super) fn check(state: &State<'_>, findings: &mut Vec<Finding>) {
    if let Some((parameters, place)) = state.parameters() {
        look(state, parameters, &place, findings);
    }
}

fn look(state: &State<'_>, value: &Value, place: &Place, findings: &mut Vec<Finding>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let place = place.at(name);
                match value {
                    Value::String(text) => look_at_text(state, name, text, &place, findings),
                    _ => look(state, value, &place, findings),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                look(state, item, &place.at(index), findings);
            }
        }
        Value::String(text) => look_at_text(state, "", text, place, findings),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn look_at_text(
    state: &State<'_>,
    name: &str,
    text: &str,
    place: &Place,
    findings: &mut Vec<Finding>,
) {
    let mut wrong = |message: String| {
        findings.push(Finding::new(Code::ContextPath, place, message));
    };
    let in_map = state.surroundings.in_map;
    match state.language {
        QueryLanguage::Jsonpath if computed_name(name, state.language).is_some() => {
            for path in paths(text, "$$.") {
                wrong_path(path, "$$.", in_map).map(&mut wrong);
            }
        }
        QueryLanguage::Jsonpath if text.starts_with("$$.") => wrong(format!(
            "{text} is passed on as text: the key must end in .$ for a path, {name}.$"
        )),
        QueryLanguage::Jsonpath if expression(text).is_some() => wrong(
            "an expression of JSONata is passed on as text in a state of JSONPath: set \
             QueryLanguage to JSONata, or write a path, such as $$.Execution.Id"
                .to_owned(),
        ),
        QueryLanguage::Jsonata if name.ends_with(".$") => wrong(format!(
            "a state of JSONata has no paths: write {} without .$, and an expression such as {{% \
             $states.context.Execution.Id %}}",
            name.trim_end_matches(".$")
        )),
        QueryLanguage::Jsonata => {
            for path in paths(expression(text).unwrap_or_default(), "$states.context.") {
                wrong_path(path, "$states.context.", in_map).map(&mut wrong);
            }
        }
        QueryLanguage::Jsonpath => {}
    }
}

/// What follows each prefix, up to the first character that is in no name.
fn paths<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(prefix).skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.');
        rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
    })
}

/// Whether the context object has a value.
pub(super) fn is_there(path: &str, in_map: bool) -> bool {
    wrong_path(path, "", in_map).is_none()
}

fn wrong_path(path: &str, prefix: &str, in_map: bool) -> Option<String> {
    if path.starts_with("Map") && !in_map {
        return Some(format!(
            "{prefix}{path} is there only in the states of a Map"
        ));
    }
    let is_known = CONTEXT.iter().any(|known| match known.strip_suffix('*') {
        Some(open) => path.starts_with(open),
        None => *known == path,
    });
    // What goes on with a bracket is not compared further.
    if is_known || path.is_empty() || path == "Map" || path == "Map.Item" {
        return None;
    }
    let meant = suggest::nearest(path, CONTEXT);
    let meant = meant.map(|meant| format!("{prefix}{meant}"));
    Some(format!(
        "the context object has no {prefix}{path}{}",
        did_you_mean(meant.as_deref())
    ))
}
