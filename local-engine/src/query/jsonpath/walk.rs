//! Following a compiled path through a value.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::step::{Query, Step};

/// Why a definite path leads nowhere.
#[derive(Debug)]
pub(super) struct Missing {
    pub(super) detail: String,
    pub(super) past_end: bool,
}

impl Query {
    /// Finds what the path leads to from this root.
    pub(super) fn find<'a>(&self, root: &'a Value) -> Result<Cow<'a, Value>, Missing> {
        let found = if self.has_definite_steps() {
            self.follow(root)?
        } else {
            let mut found = Vec::new();
            let mut walk = Walk {
                root,
                found: &mut found,
            };
            walk.collect(self.steps(), root);
            Cow::Owned(found.into_iter().map(Cow::into_owned).collect())
        };
        match self.function() {
            Some(function) => Ok(Cow::Owned(function.apply(&found))),
            None => Ok(found),
        }
    }

    fn follow<'a>(&self, root: &'a Value) -> Result<Cow<'a, Value>, Missing> {
        let mut at = root;
        for (number, step) in self.steps().iter().enumerate() {
            at = match (step, at) {
                (Step::Member(name), Value::Object(members)) => {
                    members.get(name).ok_or_else(|| self.no_member(number))?
                }
                (Step::Index(index), Value::Array(items)) => position(*index, items.len())
                    .and_then(|position| items.get(position))
                    .ok_or_else(|| Missing {
                        detail: self.no_results(),
                        past_end: true,
                    })?,
                (Step::Members(names), Value::Object(members)) => {
                    return Ok(Cow::Owned(pick(names, members)));
                }
                (step, at) => return Err(self.wrong_kind(number, step, at)),
            };
        }
        Ok(Cow::Borrowed(at))
    }

    fn no_member(&self, number: usize) -> Missing {
        let is_last = number + 1 == self.steps().len();
        let detail = if is_last {
            self.no_results()
        } else {
            format!("Missing property in path {}", self.prefix(number + 1))
        };
        Missing {
            detail,
            past_end: false,
        }
    }

    fn wrong_kind(&self, number: usize, step: &Step, at: &Value) -> Missing {
        let prefix = self.prefix(number);
        let detail = match (step, at) {
            (Step::Index(_), Value::Null) => format!("The path {prefix} is null"),
            (Step::Index(_), _) => {
                format!("Filter: {step} can only be applied to arrays. Current context is: {at}")
            }
            _ => format!(
                "Expected to find an object with property {step} in path {prefix} but found '{}'.",
                kind_of(at)
            ),
        };
        Missing {
            detail,
            past_end: false,
        }
    }

    fn no_results(&self) -> String {
        format!("No results for path: {}", self.prefix(self.steps().len()))
    }

    fn prefix(&self, steps: usize) -> String {
        let mut text = String::from("$");
        for step in &self.steps()[..steps] {
            text.push_str(&step.to_string());
        }
        text
    }
}

/// The walk of an indefinite path, which skips what is not there.
struct Walk<'a, 'found> {
    root: &'a Value,
    found: &'found mut Vec<Cow<'a, Value>>,
}

impl<'a> Walk<'a, '_> {
    fn collect(&mut self, steps: &[Step], at: &'a Value) {
        let Some((step, rest)) = steps.split_first() else {
            self.found.push(Cow::Borrowed(at));
            return;
        };
        match (step, at) {
            (Step::Member(name), Value::Object(members)) => {
                if let Some(member) = members.get(name) {
                    self.collect(rest, member);
                }
            }
            (Step::Members(names), Value::Object(members)) if rest.is_empty() => {
                self.found.push(Cow::Owned(pick(names, members)));
            }
            (Step::Members(names), Value::Object(members)) => {
                for member in names.iter().filter_map(|name| members.get(name)) {
                    self.collect(rest, member);
                }
            }
            (Step::Index(index), Value::Array(items)) => self.collect_item(*index, items, rest),
            (Step::Indexes(indexes), Value::Array(items)) => {
                for index in indexes {
                    self.collect_item(*index, items, rest);
                }
            }
            (Step::Slice(from, to), Value::Array(items)) => {
                let from = from.map_or(0, |from| clamp(from, items.len()));
                let to = to.map_or(items.len(), |to| clamp(to, items.len()));
                for item in items.get(from..to).unwrap_or_default() {
                    self.collect(rest, item);
                }
            }
            (Step::Wildcard, Value::Array(items)) => {
                for item in items {
                    self.collect(rest, item);
                }
            }
            (Step::Wildcard, Value::Object(members)) => {
                for member in members.values() {
                    self.collect(rest, member);
                }
            }
            (Step::Filter(filter), Value::Array(items)) => {
                for item in items.iter().filter(|item| filter.holds(item, self.root)) {
                    self.collect(rest, item);
                }
            }
            (Step::Filter(filter), Value::Object(_)) if filter.holds(at, self.root) => {
                self.collect(rest, at);
            }
            (Step::Deep, _) => self.collect_deep(rest, at),
            _ => {}
        }
    }

    fn collect_item(&mut self, index: i64, items: &'a [Value], rest: &[Step]) {
        if let Some(item) = position(index, items.len()).and_then(|at| items.get(at)) {
            self.collect(rest, item);
        }
    }

    fn collect_deep(&mut self, rest: &[Step], at: &'a Value) {
        self.collect(rest, at);
        match at {
            Value::Array(items) => {
                for item in items {
                    self.collect_deep(rest, item);
                }
            }
            Value::Object(members) => {
                for member in members.values() {
                    self.collect_deep(rest, member);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn pick(names: &[String], members: &Map<String, Value>) -> Value {
    let picked = names
        .iter()
        .filter_map(|name| Some((name.clone(), members.get(name)?.clone())));
    Value::Object(picked.collect())
}

/// Where an index counted from either end stands; `None` if before the start.
pub(super) fn position(index: i64, length: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}

fn clamp(bound: i64, length: usize) -> usize {
    position(bound, length).unwrap_or(0).min(length)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
