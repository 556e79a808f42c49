//! Expressions that only name a place: `$states.input.order.id`, `$customer`.
//!
//! They are the most frequent of all, and need no evaluator: the value is found where it is, and
//! keeps its integers exact.

use jsonata_core::ast::{AstNode, PathStep};
use serde_json::Value;

/// A variable and the members to follow from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Direct {
    pub(super) variable: String,
    pub(super) members: Vec<String>,
}

/// Where a place leads.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'a> {
    Value(&'a Value),
    Nothing,
    /// There is an array on the way, of which the language takes every item's member.
    Array,
}

impl Direct {
    pub(super) fn of(tree: &AstNode) -> Option<Self> {
        match tree {
            AstNode::Variable(name) if !name.is_empty() => Some(Self {
                variable: name.clone(),
                members: Vec::new(),
            }),
            AstNode::Path { steps } => {
                let (first, rest) = steps.split_first()?;
                let AstNode::Variable(name) = plain(first)? else {
                    return None;
                };
                let members = rest.iter().map(|step| match plain(step)? {
                    AstNode::Name(name) => Some(name.clone()),
                    _ => None,
                });
                (!name.is_empty()).then_some(Self {
                    variable: name.clone(),
                    members: members.collect::<Option<_>>()?,
                })
            }
            _ => None,
        }
    }
}

/// Follows members from a value.
pub(super) fn follow<'a>(value: &'a Value, members: &[String]) -> Found<'a> {
    let mut at = value;
    for member in members {
        at = match at {
            Value::Object(fields) => match fields.get(member) {
                Some(found) => found,
                None => return Found::Nothing,
            },
            Value::Array(_) => return Found::Array,
            _ => return Found::Nothing,
        };
    }
    Found::Value(at)
}

/// The node of a step that does nothing but lead on.
fn plain(step: &PathStep) -> Option<&AstNode> {
    let is_plain = step.stages.is_empty()
        && step.focus.is_none()
        && step.index_var.is_none()
        && step.ancestor_label.is_none()
        && !step.is_tuple
        && !step.inner_tuple;
    is_plain.then_some(&step.node)
}
