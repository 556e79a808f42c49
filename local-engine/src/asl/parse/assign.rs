//! `Assign`: the names of variables, and where they may be assigned.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::language::Language;
use super::object::Object;
use super::report::Report;
use super::{payload, transition};
use crate::asl::payload::Payload;
use crate::asl::problem::Code;

const NAME: &str = "Assign";

/// The most characters that the name of a variable may have.
const LENGTH_LIMIT: usize = 80;

/// Reads `Assign`; the inner `None` means that there is none.
pub(super) fn read(object: &Object<'_>, report: &mut Report) -> Option<Option<Payload>> {
    if !object.has(NAME) {
        return Some(None);
    }
    let fields = object.object(NAME, report)?;
    let mut is_sound = true;
    for name in names(fields.fields(), report.language()) {
        is_sound &= check_name(name, fields.path(), report);
    }
    let payload = payload::read(object, NAME, NAME, report)?;
    is_sound.then_some(payload)
}

/// The variables that an `Assign` names.
fn names(fields: &Map<String, Value>, language: Language) -> impl Iterator<Item = &str> {
    fields.keys().map(move |name| match language {
        Language::Jsonpath => name.strip_suffix(".$").unwrap_or(name),
        Language::Jsonata => name,
    })
}

fn check_name(name: &str, path: &str, report: &mut Report) -> bool {
    let starts = |c: char| c.is_alphabetic() || c == '_';
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    let is_name = name.starts_with(starts) && name.chars().all(goes_on);
    if name == "states" {
        report
            .schema(path, "The variable name 'states' is reserved")
            .advise("take another name");
        return false;
    }
    if !is_name || name.chars().count() > LENGTH_LIMIT {
        report
            .schema(path, format!("Invalid variable name: '{name}'"))
            .advise(format!(
                "a name starts with a letter and has at most {LENGTH_LIMIT} letters, digits and \
                 underscores"
            ));
        return false;
    }
    if report.is_outer_variable(name) {
        report
            .add(
                Code::DuplicateVariableName,
                path,
                format!("The variable name '{name}' was already defined in a parent scope."),
            )
            .advise("a branch or iteration reads the variables around it, but cannot assign them");
        return false;
    }
    true
}

/// Which states of a graph lead to which, backwards.
pub(super) struct Sources<'a> {
    states: &'a Map<String, Value>,
    leading_to: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Sources<'a> {
    pub(super) fn of(states: &'a Map<String, Value>) -> Self {
        let mut leading_to: HashMap<&str, Vec<&str>> = HashMap::new();
        for (source, state) in states {
            for (_, target) in transition::targets(state) {
                leading_to.entry(target).or_default().push(source);
            }
        }
        Self { states, leading_to }
    }

    /// The variables that may have been assigned when a state is entered: by every state that
    /// leads there, directly or not.
    pub(super) fn assigned_before(&self, name: &str, language: Language) -> Vec<String> {
        let mut before = HashSet::new();
        let mut open = vec![name];
        while let Some(target) = open.pop() {
            for source in self.leading_to.get(target).into_iter().flatten() {
                if before.insert(*source) {
                    open.push(source);
                }
            }
        }
        let states = before.into_iter().filter_map(|name| self.states.get(name));
        states
            .flat_map(|state| assigned_by(state, language))
            .collect()
    }
}

/// The variables that a state assigns itself, not those of graphs inside it.
fn assigned_by(state: &Value, language: Language) -> Vec<String> {
    let language = match state.get("QueryLanguage").and_then(Value::as_str) {
        Some("JSONata") => Language::Jsonata,
        Some("JSONPath") => Language::Jsonpath,
        _ => language,
    };
    let inner = ["Choices", "Catch"]
        .into_iter()
        .filter_map(|list| state.get(list)?.as_array())
        .flatten();
    std::iter::once(state)
        .chain(inner)
        .filter_map(|place| place.get(NAME)?.as_object())
        .flat_map(|fields| names(fields, language).map(str::to_owned))
        .collect()
}
