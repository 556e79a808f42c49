//! Filters: `[?(@.price < 10 && @.title =~ /.*sea.*/i)]`.

use std::borrow::Cow;

use regex_lite::Regex;
use serde_json::Value;

use super::step::Query;

/// What must hold of an item for a filter to keep it.
#[derive(Debug)]
pub(in crate::query) enum Filter {
    /// `a && b`
    And(Vec<Self>),
    /// `a || b`
    Or(Vec<Self>),
    /// `!a`
    Not(Box<Self>),
    /// A path by itself: it leads somewhere.
    Exists(Operand),
    /// Two operands and an operator.
    Compare(Operand, Operator, Operand),
    /// `=~`: the whole text matches the pattern, which is anchored at both ends.
    Matches(Operand, Regex),
}

/// One side of a comparison.
#[derive(Debug)]
pub(in crate::query) enum Operand {
    /// `@…`: from the item.
    Item(Query),
    /// `$…`: from the root of the whole value.
    Root(Query),
    /// A value written down.
    Literal(Value),
}

/// How the two sides must stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// The left is an item of the right.
    In,
    /// The left is no item of the right.
    NotIn,
    /// The right is an item, or a part of the text, of the left.
    Contains,
    /// All items of the left are items of the right.
    SubsetOf,
    /// Some item of the left is an item of the right.
    AnyOf,
    /// No item of the left is an item of the right.
    NoneOf,
    /// The left has as many items, or characters, as the right says.
    Size,
    /// Whether the left has no items, or characters, is what the right says.
    Empty,
}

impl Filter {
    pub(super) fn holds(&self, item: &Value, root: &Value) -> bool {
        match self {
            Self::And(all) => all.iter().all(|one| one.holds(item, root)),
            Self::Or(any) => any.iter().any(|one| one.holds(item, root)),
            Self::Not(inner) => !inner.holds(item, root),
            Self::Exists(operand) => operand.exists(item, root),
            Self::Compare(left, operator, right) => {
                operator.holds(left.value(item, root), right.value(item, root))
            }
            Self::Matches(operand, pattern) => operand
                .value(item, root)
                .and_then(|value| value.as_str().map(|text| pattern.is_match(text)))
                .unwrap_or(false),
        }
    }
}

impl Operand {
    fn value<'a>(&'a self, item: &'a Value, root: &'a Value) -> Option<Cow<'a, Value>> {
        match self {
            Self::Item(query) => query.find(item).ok(),
            Self::Root(query) => query.find(root).ok(),
            Self::Literal(value) => Some(Cow::Borrowed(value)),
        }
    }

    fn exists(&self, item: &Value, root: &Value) -> bool {
        let definite = match self {
            Self::Item(query) | Self::Root(query) => query.is_definite(),
            Self::Literal(_) => true,
        };
        self.value(item, root)
            .is_some_and(|found| definite || found.as_array().is_some_and(|all| !all.is_empty()))
    }
}

impl Operator {
    pub(super) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "in" => Self::In,
            "nin" => Self::NotIn,
            "contains" => Self::Contains,
            "subsetof" => Self::SubsetOf,
            "anyof" => Self::AnyOf,
            "noneof" => Self::NoneOf,
            "size" => Self::Size,
            "empty" => Self::Empty,
            _ => return None,
        })
    }

    fn holds(self, left: Option<Cow<'_, Value>>, right: Option<Cow<'_, Value>>) -> bool {
        let (Some(left), Some(right)) = (left, right) else {
            // What is not there equals nothing.
            return matches!(self, Self::NotEqual | Self::NotIn | Self::NoneOf);
        };
        let (left, right) = (left.as_ref(), right.as_ref());
        let order = || order(left, right);
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let has = |all: &[Value], one: &Value| all.iter().any(|each| equal(each, one));
        match self {
            Self::Equal => equal(left, right),
            Self::NotEqual => !equal(left, right),
            Self::Less => order().is_some_and(std::cmp::Ordering::is_lt),
            Self::LessOrEqual => order().is_some_and(std::cmp::Ordering::is_le),
            Self::Greater => order().is_some_and(std::cmp::Ordering::is_gt),
            Self::GreaterOrEqual => order().is_some_and(std::cmp::Ordering::is_ge),
            Self::In => has(&items(right), left),
            Self::NotIn => !has(&items(right), left),
            Self::Contains => match (left, right) {
                (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
                (Value::Array(items), one) => has(items, one),
                _ => false,
            },
            Self::SubsetOf => items(left).iter().all(|one| has(&items(right), one)),
            Self::AnyOf => items(left).iter().any(|one| has(&items(right), one)),
            Self::NoneOf => !items(left).iter().any(|one| has(&items(right), one)),
            Self::Size => size(left).is_some_and(|size| right.as_u64() == Some(size)),
            Self::Empty => size(left).is_some_and(|size| right.as_bool() == Some(size == 0)),
        }
    }
}

/// Returns how two numbers or two texts stand to each other.
fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Equal as values: `1` and `1.0` are the same number, and a number equals a text that says it.
fn equal(left: &Value, right: &Value) -> bool {
    left == right
        || match (left, right) {
            (Value::Number(_), Value::Number(_)) => {
                order(left, right).is_some_and(std::cmp::Ordering::is_eq)
            }
            (Value::Number(number), Value::String(text)) => text
                .parse()
                .is_ok_and(|said: f64| number.as_f64() == Some(said)),
            (Value::String(text), Value::Number(number)) => *text == number.to_string(),
            _ => false,
        }
}

fn size(value: &Value) -> Option<u64> {
    let size = match value {
        Value::Array(items) => items.len(),
        Value::String(text) => text.chars().count(),
        Value::Object(members) => members.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return None,
    };
    u64::try_from(size).ok()
}
