//! Following a compiled path through a value.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::step::{Query, Step};
use crate::query::java;

/// What reads JSON in the service, as it says itself.
const PROVIDER: &str = "com.jayway.jsonpath.spi.json.JacksonJsonProvider";

/// Why a path leads nowhere.
#[derive(Debug)]
pub(super) struct Missing {
    /// In the words of the service.
    pub(super) detail: String,
    pub(super) reason: Reason,
}

/// What kind of nowhere it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// A member that is not there, or of what has no members.
    NotThere,
    /// An index at which an array has no item.
    PastEnd,
    /// An index of what is no array.
    NoArray,
}

impl Query {
    /// Finds what the path leads to from this root.
    pub(super) fn find<'a>(&self, root: &'a Value) -> Result<Cow<'a, Value>, Missing> {
        self.check_members()?;
        let found = if self.has_definite_steps() {
            self.follow(root, self.steps().len())?
        } else {
            let found = self.collect(root)?;
            Cow::Owned(found.into_iter().map(Cow::into_owned).collect())
        };
        match self.function() {
            Some(function) => match function.apply(&found) {
                Some(result) => Ok(Cow::Owned(result)),
                None => Err(self.not_there(self.no_results())),
            },
            None => Ok(found),
        }
    }

    /// The service takes several members at once only at the end of a path.
    fn check_members(&self) -> Result<(), Missing> {
        let last = self.steps().len().saturating_sub(1);
        let early = self.steps()[..last]
            .iter()
            .position(|step| matches!(step, Step::Members(_)));
        match early {
            None => Ok(()),
            Some(number) => Err(self.not_there(format!(
                "Multi properties can only be used as path leafs: {}",
                self.prefix(number + 1)
            ))),
        }
    }

    /// Finds all that an indefinite path leads to: nothing, if even its definite beginning leads
    /// nowhere. But what is there must be of the kind that the path says.
    fn collect<'a>(&self, root: &'a Value) -> Result<Vec<Cow<'a, Value>>, Missing> {
        let lead = self
            .steps()
            .iter()
            .take_while(|step| matches!(step, Step::Member(_) | Step::Index(_)))
            .count();
        let mut found = Vec::new();
        let at = match self.follow(root, lead) {
            Ok(Cow::Borrowed(at)) => at,
            Err(missing) if missing.reason == Reason::NoArray => return Err(missing),
            Ok(Cow::Owned(_)) | Err(_) => return Ok(found),
        };
        if let Some(step) = self.steps().get(lead) {
            self.check_kind(lead, step, at)?;
        }
        let mut walk = Walk {
            root,
            found: &mut found,
        };
        walk.collect(&self.steps()[lead..], at);
        Ok(found)
    }

    /// The first step that may find several things must find something that has things.
    fn check_kind(&self, number: usize, step: &Step, at: &Value) -> Result<(), Missing> {
        match (step, at) {
            (Step::Slice(..) | Step::Indexes(_), Value::Array(_) | Value::Null)
            | (Step::Filter(_), Value::Array(_) | Value::Object(_) | Value::Null) => Ok(()),
            (Step::Slice(..) | Step::Indexes(_), _) => Err(self.wrong_kind(number, step, at)),
            (Step::Filter(_), _) => Err(Missing {
                detail: format!(
                    "Filter: [?] can not be applied to primitives. Current context is: {}",
                    shown(at)
                ),
                reason: Reason::NoArray,
            }),
            _ => Ok(()),
        }
    }

    fn follow<'a>(&self, root: &'a Value, count: usize) -> Result<Cow<'a, Value>, Missing> {
        let mut at = root;
        for (number, step) in self.steps().iter().take(count).enumerate() {
            at = match (step, at) {
                (Step::Member(name), Value::Object(members)) => {
                    members.get(name).ok_or_else(|| self.no_member(number))?
                }
                (Step::Index(index), Value::Array(items)) => position(*index, items.len())
                    .and_then(|position| items.get(position))
                    .ok_or_else(|| Missing {
                        detail: self.no_results(),
                        reason: Reason::PastEnd,
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
        self.not_there(detail)
    }

    fn wrong_kind(&self, number: usize, step: &Step, at: &Value) -> Missing {
        let prefix = self.prefix(number);
        match (step, at) {
            (Step::Index(_) | Step::Indexes(_) | Step::Slice(..), Value::Null) => {
                self.not_there(format!("The path {prefix} is null"))
            }
            (Step::Index(_) | Step::Indexes(_) | Step::Slice(..), _) => Missing {
                detail: format!(
                    "Filter: {step} can only be applied to arrays. Current context is: {}",
                    shown(at)
                ),
                reason: Reason::NoArray,
            },
            _ => self.not_there(format!(
                "Expected to find an object with property {step} in path {prefix} but found '{}'. \
                 This is not a json object according to the JsonProvider: '{PROVIDER}'.",
                java::class_of(at)
            )),
        }
    }

    fn not_there(&self, detail: String) -> Missing {
        Missing {
            detail,
            reason: Reason::NotThere,
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

fn shown(value: &Value) -> String {
    let mut text = String::new();
    java::write(value, &mut text);
    text
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
            (Step::Members(names), Value::Object(members)) => {
                self.found.push(Cow::Owned(pick(names, members)));
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
