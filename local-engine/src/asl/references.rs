//! Which variables each state of a definition reads, as `DescribeStateMachine` shows it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::query::jsonata::Expression;

/// The variables that the states read, by the name of the state; states that read none are left
/// out.
///
/// The text must be that of a valid definition; of any other nothing is found.
#[must_use]
pub fn variable_references(definition: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = References::default();
    if let Ok(Value::Object(machine)) = serde_json::from_str(definition) {
        let is_jsonata = machine.get("QueryLanguage").and_then(Value::as_str) == Some("JSONata");
        found.visit_graph(&machine, is_jsonata);
    }
    found.0
}

#[derive(Default)]
struct References(BTreeMap<String, BTreeSet<String>>);

impl References {
    fn visit_graph(&mut self, graph: &Map<String, Value>, is_jsonata: bool) {
        let states = graph.get("States").and_then(Value::as_object);
        for (name, state) in states.into_iter().flatten() {
            if let Value::Object(state) = state {
                self.visit_state(name, state, is_jsonata);
            }
        }
    }

    fn visit_state(&mut self, name: &str, state: &Map<String, Value>, machine_is_jsonata: bool) {
        let is_jsonata = match state.get("QueryLanguage").and_then(Value::as_str) {
            Some(language) => language == "JSONata",
            None => machine_is_jsonata,
        };
        let mut variables = BTreeSet::new();
        for (field, value) in state {
            match (field.as_str(), value) {
                ("Branches", Value::Array(branches)) => {
                    for branch in branches.iter().filter_map(Value::as_object) {
                        self.visit_graph(branch, machine_is_jsonata);
                    }
                }
                ("ItemProcessor" | "Iterator", Value::Object(processor)) => {
                    self.visit_graph(processor, machine_is_jsonata);
                }
                ("Comment" | "Next" | "Default" | "Type" | "QueryLanguage" | "Result", _) => {}
                _ if is_jsonata => in_jsonata(field, value, &mut variables),
                _ => in_jsonpath(field, value, &mut variables),
            }
        }
        if !variables.is_empty() {
            self.0.insert(name.to_owned(), variables);
        }
    }
}

fn in_jsonata(field: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let expression = Expression::inside(text)
                .filter(|_| field != "ErrorEquals")
                .and_then(|inside| Expression::parse(inside, "").ok());
            if let Some(expression) = expression {
                found.extend(expression.variables().map(str::to_owned));
            }
        }
        Value::Array(items) => {
            for item in items {
                in_jsonata(field, item, found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                in_jsonata(name, member, found);
            }
        }
        _ => {}
    }
}

/// Paths stand in keys that end in `.$` or `Path`, and in the `Variable` of a rule.
fn in_jsonpath(field: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text)
            if field.ends_with(".$") || field.ends_with("Path") || field == "Variable" =>
        {
            in_path(text, found);
        }
        Value::Array(items) => {
            for item in items {
                in_jsonpath("", item, found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                in_jsonpath(name, member, found);
            }
        }
        _ => {}
    }
}

/// Finds `$name` in a path, or in the arguments of an intrinsic function, but not in its texts.
fn in_path(text: &str, found: &mut BTreeSet<String>) {
    let mut rest = text;
    while let Some(at) = rest.find(['$', '\'']) {
        let (special, after) = rest[at..].split_at(1);
        if special == "'" {
            rest = after_text(after);
            continue;
        }
        let end = after
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            found.insert(name.to_owned());
        }
        // The second `$` of the context object begins no variable.
        rest = after.strip_prefix('$').unwrap_or(after);
    }
}

/// What follows the quote that ends a text.
fn after_text(text: &str) -> &str {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\'' => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn references(states: &Value) -> String {
        let machine = json!({"StartAt": "A", "States": states});
        format!("{:?}", variable_references(&machine.to_string()))
    }

    #[test]
    fn paths_templates_rules_and_functions_name_variables() {
        let states = json!({
            "A": {
                "Type": "Choice",
                "Choices": [{"Variable": "$guess", "StringEqualsPath": "$answer.a", "Next": "B"}],
            },
            "B": {
                "Type": "Pass",
                "InputPath": "$$.Execution.Id",
                "Parameters": {
                    "a.$": "States.Format('$no \\'$no\\' {}', $yes[0], $$.State)",
                    "b": "$no",
                    "c": [{"d.$": "$.no"}],
                },
            },
            "C": {"Type": "Pass", "Result": {"a.$": "$no"}},
        });
        assert_eq!(
            references(&states),
            r#"{"A": {"answer", "guess"}, "B": {"yes"}}"#
        );
    }

    #[test]
    fn expressions_name_variables_unless_they_bind_them_themselves() {
        let states = json!({
            "M": {
                "Type": "Map",
                "QueryLanguage": "JSONata",
                "Items": "{% $map($orders, function($o) { $o.id & $states.input.a & $string($x) }) %}",
                "MaxConcurrency": "{% $limit := 3 %}",
                "ItemProcessor": {
                    "StartAt": "P",
                    "States": {"P": {"Type": "Pass", "OutputPath": "$inner", "End": true}},
                },
                "End": true,
            },
        });
        assert_eq!(
            references(&states),
            r#"{"M": {"orders", "x"}, "P": {"inner"}}"#
        );
    }
}
