//! What may stay as it is: `allow(…)` in comments and at the call.

use std::collections::BTreeSet;

use serde_json::Value;

use super::code::Code;
use super::finding::Finding;
use super::place::Place;

/// One permission to leave something as it is.
#[derive(Debug, Clone)]
pub(super) struct Allow {
    /// What was written between the parentheses, for messages.
    written: String,
    code: Option<Code>,
    /// Of which names; none for all.
    names: Vec<String>,
    /// Where it holds.
    within: Scope,
    used: BTreeSet<String>,
    used_at_all: bool,
}

#[derive(Debug, Clone)]
enum Scope {
    Everywhere,
    State(String),
    Place(Place),
}

impl Allow {
    /// Reads `CODE` or `CODE: name, name`, as it stands at a call.
    pub(super) fn everywhere(written: &str) -> Self {
        Self::new(written, Scope::Everywhere)
    }

    /// The same for one state by its name.
    pub(super) fn in_state(state: &str, written: &str) -> Self {
        Self::new(written, Scope::State(state.to_owned()))
    }

    /// Every `allow(…)` in a comment, for the object whose comment it is.
    pub(super) fn in_comment(comment: &str, place: &Place) -> Vec<Self> {
        comment
            .split("allow(")
            .skip(1)
            .filter_map(|rest| rest.split_once(')'))
            .map(|(written, _)| Self::new(written, Scope::Place(place.clone())))
            .collect()
    }

    /// Every `allow(…)` in the comments of a value and of what is in it.
    pub(super) fn in_value(value: &Value, place: &Place) -> Vec<Self> {
        match value {
            Value::Object(fields) => fields
                .iter()
                .flat_map(|(name, value)| match value {
                    Value::String(comment) if name == "Comment" => Self::in_comment(comment, place),
                    _ => Self::in_value(value, &place.at(name)),
                })
                .collect(),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .flat_map(|(index, item)| Self::in_value(item, &place.at(index)))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        }
    }

    fn new(written: &str, within: Scope) -> Self {
        let (code, names) = written.split_once(':').unwrap_or((written, ""));
        let names = names.split([',', ' ']).map(str::trim);
        Self {
            written: written.trim().to_owned(),
            code: Code::parse(code.trim()),
            names: names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            within,
            used: BTreeSet::new(),
            used_at_all: false,
        }
    }

    /// Takes the names that are allowed out of a finding. Returns what of it is allowed: the
    /// finding itself, or one of the names that were taken out.
    pub(super) fn apply(&mut self, finding: &mut Finding) -> Option<Finding> {
        if self.code != Some(finding.code) || !self.holds_at(&finding.place) {
            return None;
        }
        let mut allowed = finding.clone();
        if !self.names.is_empty() {
            allowed.names.retain(|name| self.names.contains(name));
            if allowed.names.is_empty() {
                return None;
            }
            self.used.extend(allowed.names.iter().cloned());
        }
        finding.names.retain(|name| !allowed.names.contains(name));
        self.used_at_all = true;
        Some(allowed)
    }

    /// What is wrong with it, once all findings were looked at.
    pub(super) fn complaint(&self) -> Option<Finding> {
        let place = match &self.within {
            Scope::Place(place) => place.clone(),
            Scope::Everywhere | Scope::State(_) => Place::default(),
        };
        let written = &self.written;
        let message = if self.code.is_none() {
            format!(
                "allow({written}) names no code of a finding: write a code such as {}, and after \
                 a colon the names that it is for",
                Code::UnhandledError
            )
        } else if !self.used_at_all {
            format!("allow({written}) allows nothing that was found: take it out")
        } else {
            let unused: Vec<&str> = self
                .names
                .iter()
                .filter(|name| !self.used.contains(*name))
                .map(String::as_str)
                .collect();
            if unused.is_empty() {
                return None;
            }
            let unused = unused.join(", ");
            format!("allow({written}) allows nothing for {unused}: take it out of the list")
        };
        Some(Finding::new(Code::UnusedAllow, &place, message))
    }

    fn holds_at(&self, place: &Place) -> bool {
        match &self.within {
            Scope::Everywhere => true,
            Scope::Place(within) => place.is_within(within),
            Scope::State(name) => {
                let step = Place::default().at("States").at(name);
                format!("{}/", place.as_str()).contains(&format!("{}/", step.as_str()))
            }
        }
    }
}
