//! What a compiled path consists of.

use std::fmt;

use super::filter::Filter;
use super::function::Function;

/// A compiled path without its root.
#[derive(Debug)]
pub(in crate::query) struct Query {
    steps: Vec<Step>,
    function: Option<Function>,
    definite_steps: bool,
}

/// One step of a path.
#[derive(Debug)]
pub(in crate::query) enum Step {
    /// `.name` or `['name']`
    Member(String),
    /// `['a','b']`: at the end of a path one object with these members, before that each of
    /// them in turn.
    Members(Vec<String>),
    /// `[1]`, or from the end `[-1]`
    Index(i64),
    /// `[0,2]`
    Indexes(Vec<i64>),
    /// `[1:3]`, where either end may be missing or counted from the end
    Slice(Option<i64>, Option<i64>),
    /// `.*` or `[*]`
    Wildcard,
    /// `..`: the next step is tried on the value itself and on all that is inside it.
    Deep,
    /// `[?(…)]`
    Filter(Filter),
}

impl Query {
    pub(super) fn new(steps: Vec<Step>, function: Option<Function>) -> Self {
        let last = steps.len().saturating_sub(1);
        let definite_steps = steps.iter().enumerate().all(|(at, step)| match step {
            Step::Member(_) | Step::Index(_) => true,
            Step::Members(_) => at == last,
            Step::Indexes(_) | Step::Slice(..) | Step::Wildcard | Step::Deep | Step::Filter(_) => {
                false
            }
        });
        Self {
            steps,
            function,
            definite_steps,
        }
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(super) fn function(&self) -> Option<Function> {
        self.function
    }

    /// Whether the path leads to one value: a function makes one of whatever it is given.
    pub(super) fn is_definite(&self) -> bool {
        self.definite_steps || self.function.is_some()
    }

    /// Whether the steps before the function, if there is one, lead to one value.
    pub(super) fn has_definite_steps(&self) -> bool {
        self.definite_steps
    }

    /// Returns the names of the path, if it is two members and nothing else.
    pub(super) fn two_members(&self) -> Option<(&str, &str)> {
        match self.steps.as_slice() {
            [Step::Member(first), Step::Member(second)] if self.function.is_none() => {
                Some((first, second))
            }
            _ => None,
        }
    }

    /// Returns the one member of the root that the path can lead into, if that is known.
    pub(super) fn first_member(&self) -> Option<&str> {
        match self.steps.first() {
            // A filter may look at the root again.
            Some(Step::Member(name)) if self.is_reference() => Some(name),
            _ => None,
        }
    }

    pub(super) fn is_root(&self) -> bool {
        self.steps.is_empty() && self.function.is_none()
    }

    pub(super) fn is_reference(&self) -> bool {
        self.function.is_none()
            && self
                .steps
                .iter()
                .all(|step| matches!(step, Step::Member(_) | Step::Index(0..)))
    }
}

/// Shows the step in brackets, as the service does when it says what is missing.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => write!(f, "['{name}']"),
            Self::Members(names) => {
                let names: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
                write!(f, "[{}]", names.join(", "))
            }
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Indexes(indexes) => {
                let indexes: Vec<_> = indexes.iter().map(i64::to_string).collect();
                write!(f, "[{}]", indexes.join(","))
            }
            Self::Slice(from, to) => {
                let bound = |bound: &Option<i64>| bound.map(|b| b.to_string()).unwrap_or_default();
                write!(f, "[{}:{}]", bound(from), bound(to))
            }
            Self::Wildcard => f.write_str("[*]"),
            Self::Deep => f.write_str(".."),
            Self::Filter(_) => f.write_str("[?]"),
        }
    }
}
