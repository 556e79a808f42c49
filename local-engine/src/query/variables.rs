//! Workflow variables: what `Assign` wrote, as the states after it see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

/// The variables that one place of an execution sees: its own, and those of the scopes around it.
///
/// A Parallel branch or Map iteration has a scope of its own inside that of its state. It reads
/// what is outside, and what it assigns ends with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Variables {
    outer: Option<Arc<Self>>,
    own: BTreeMap<Arc<str>, Variable>,
}

/// A value and the length of its JSON text.
#[derive(Debug, Clone, PartialEq)]
struct Variable {
    value: Arc<Value>,
    length: usize,
}

impl Variables {
    /// The most bytes that all variables of an execution may have together.
    pub const TOTAL_LIMIT: usize = 10 * 1_024 * 1_024;

    /// Opens a scope inside this one.
    #[must_use]
    pub fn inside(outer: &Arc<Self>) -> Arc<Self> {
        // Nothing can be read outside, and what is assigned makes new variables anyway.
        if outer.is_empty() {
            return outer.clone();
        }
        Arc::new(Self {
            outer: Some(outer.clone()),
            own: BTreeMap::new(),
        })
    }

    /// Returns the value of a variable, if it has been assigned.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        let mut scope = Some(self);
        while let Some(found) = scope {
            if let Some(variable) = found.own.get(name) {
                return Some(&variable.value);
            }
            scope = found.outer.as_deref();
        }
        None
    }

    /// Returns whether no variable is visible at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.outer.as_deref().is_none_or(Self::is_empty)
    }

    /// Returns these variables with others assigned in their own scope; each comes with its name,
    /// its value and the JSON text of the value.
    #[must_use]
    pub fn assigned<'a>(
        &self,
        new: impl Iterator<Item = (&'a Arc<str>, &'a Arc<Value>, &'a str)>,
    ) -> Arc<Self> {
        let mut assigned = self.clone();
        for (name, value, text) in new {
            let variable = Variable {
                value: value.clone(),
                length: text.len(),
            };
            assigned.own.insert(name.clone(), variable);
        }
        Arc::new(assigned)
    }

    /// Returns how many bytes the JSON texts of all visible variables have.
    #[must_use]
    pub fn size(&self) -> usize {
        let own: usize = self.own.values().map(|variable| variable.length).sum();
        own + self.outer.as_deref().map_or(0, Self::size)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn assign(variables: &Variables, name: &str, value: Value) -> Arc<Variables> {
        let text = value.to_string();
        variables.assigned([(&name.into(), &Arc::new(value), text.as_str())].into_iter())
    }

    #[test]
    fn an_inner_scope_reads_what_is_outside_and_keeps_its_own_to_itself() {
        let outer = assign(&Variables::default(), "x", json!(42));
        let inner = assign(&Variables::inside(&outer), "y", json!([1]));
        assert_eq!(inner.value("x"), Some(&json!(42)));
        assert_eq!(inner.value("y"), Some(&json!([1])));
        assert_eq!(outer.value("y"), None);
        assert_eq!(inner.size(), 2 + 3);
    }

    #[test]
    fn a_second_value_takes_the_place_of_the_first() {
        let first = assign(&Variables::default(), "x", json!("long text"));
        let second = assign(&first, "x", json!(1));
        assert_eq!(second.value("x"), Some(&json!(1)));
        assert_eq!(second.size(), 1);
        assert_eq!(first.value("x"), Some(&json!("long text")));
    }
}
