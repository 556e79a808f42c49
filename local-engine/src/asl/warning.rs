//! What a definition may say, but hardly means: paths where nobody reads them as paths.

use serde_json::{Map, Value};

use super::problem::{Code, Problem};
use crate::query::{Intrinsic, JsonPath};

/// Fields that hold a payload template.
const TEMPLATES: [&str; 5] = [
    "Assign",
    "ItemSelector",
    "Parameters",
    "ResultSelector",
    "Arguments",
];

/// Fields of a state that hold a text which may look as it likes.
const FREE: [&str; 8] = [
    "Comment",
    "Default",
    "Label",
    "Next",
    "QueryLanguage",
    "Resource",
    "Type",
    "Variable",
];

/// Adds the warnings of a machine.
pub(super) fn collect(machine: &Map<String, Value>, warnings: &mut Vec<Problem>) {
    let language = machine.get("QueryLanguage").and_then(Value::as_str);
    if language != Some("JSONata") {
        collect_graph(machine, "", warnings);
    }
}

fn collect_graph(graph: &Map<String, Value>, path: &str, warnings: &mut Vec<Problem>) {
    let states = graph.get("States").and_then(Value::as_object);
    for (name, state) in states.into_iter().flatten() {
        if let Value::Object(state) = state {
            collect_state(state, &format!("{path}/States/{name}"), warnings);
        }
    }
}

fn collect_state(state: &Map<String, Value>, path: &str, warnings: &mut Vec<Problem>) {
    let is_jsonata = state.get("QueryLanguage").and_then(Value::as_str) == Some("JSONata");
    let is_pass = state.get("Type").and_then(Value::as_str) == Some("Pass");
    for (name, value) in state {
        let place = format!("{path}/{name}");
        match (name.as_str(), value) {
            ("ItemProcessor" | "Iterator", Value::Object(graph)) => {
                collect_graph(graph, &place, warnings);
            }
            ("Branches", Value::Array(branches)) => {
                for (index, branch) in branches.iter().enumerate() {
                    if let Value::Object(graph) = branch {
                        collect_graph(graph, &format!("{place}[{index}]"), warnings);
                    }
                }
            }
            _ if is_jsonata => {}
            ("Result", _) if is_pass => {
                warn_inside(value, &place, Code::PassResultIsStatic, warnings);
            }
            (template, _) if TEMPLATES.contains(&template) => {
                warn_inside(value, &place, Code::NoDollar, warnings);
            }
            ("Choices", Value::Array(rules)) => collect_rules(rules, &place, warnings),
            (_, Value::String(text)) => warn_field(name, text, &place, warnings),
            _ => {}
        }
    }
}

fn collect_rules(rules: &[Value], path: &str, warnings: &mut Vec<Problem>) {
    for (index, rule) in rules.iter().enumerate() {
        if let Value::Object(rule) = rule {
            collect_rule(rule, &format!("{path}[{index}]"), warnings);
        }
    }
}

fn collect_rule(rule: &Map<String, Value>, path: &str, warnings: &mut Vec<Problem>) {
    for (name, value) in rule {
        let place = format!("{path}/{name}");
        match (name.as_str(), value) {
            ("And" | "Or", Value::Array(rules)) => collect_rules(rules, &place, warnings),
            ("Not", Value::Object(rule)) => collect_rule(rule, &place, warnings),
            (_, Value::String(text)) => warn_field(name, text, &place, warnings),
            _ => {}
        }
    }
}

fn warn_field(name: &str, text: &str, path: &str, warnings: &mut Vec<Problem>) {
    if !name.ends_with("Path") && !FREE.contains(&name) && is_path(text) {
        warn(Code::NoPath, path, warnings);
    }
}

/// Warns of every text in a value that looks like a path or a call, but for those of which the
/// key says that they are.
fn warn_inside(value: &Value, path: &str, code: Code, warnings: &mut Vec<Problem>) {
    match value {
        Value::String(text) if is_path(text) || Intrinsic::parse(text).is_ok() => {
            warn(code, path, warnings);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                warn_inside(item, &format!("{path}[{index}]"), code, warnings);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                if code != Code::NoDollar || !name.ends_with(".$") {
                    warn_inside(member, &format!("{path}/{name}"), code, warnings);
                }
            }
        }
        _ => {}
    }
}

/// Whether a text looks like a path to a part of something; a lone dollar sign is a currency.
fn is_path(text: &str) -> bool {
    let after = text.strip_prefix("$$").or_else(|| text.strip_prefix('$'));
    after.is_some_and(|after| after.starts_with(['.', '['])) && JsonPath::parse(text).is_ok()
}

fn warn(code: Code, path: &str, warnings: &mut Vec<Problem>) {
    let (message, advice) = match code {
        Code::NoDollar => (
            "No '.$' on a field that appears to be a JSONPath or Intrinsic Function",
            "end the name of the field with '.$' if the value is to be looked up",
        ),
        Code::NoPath => (
            "Field value looks like a path, but field name does not end with 'Path'",
            "use the field whose name ends with 'Path' if the value is to be looked up",
        ),
        _ => (
            "Attempt to use a path in the result of a Pass state",
            "use Parameters if the value is to be looked up",
        ),
    };
    warnings.push(Problem {
        code,
        path: Some(path.to_owned()),
        position: None,
        message: message.to_owned(),
        advice: Some(advice.to_owned()),
    });
}
