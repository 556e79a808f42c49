//! Whether a choice rule holds of an input.

use std::borrow::Cow;
use std::cmp;

use jiff::Timestamp;
use serde_json::{Number, Value};

use super::{Choice, ChoiceRule, Comparison, Condition, Kind, Operand, Ordering, Test};
use crate::query::{JsonPath, PathError, Scope, parse_timestamp};

impl Choice {
    /// Returns the name of the state to go to, or `None` if no rule holds and there is no
    /// `Default`.
    ///
    /// # Errors
    ///
    /// [`PathError::ChoiceVariable`] if a rule that must be looked at asks anything but
    /// `IsPresent` of a place that is not there.
    pub fn next(&self, scope: Scope<'_>) -> Result<Option<&str>, PathError> {
        for branch in &self.choices {
            if branch.rule.holds(scope)? {
                return Ok(Some(&branch.next));
            }
        }
        Ok(self.default.as_deref())
    }
}

impl ChoiceRule {
    /// Returns whether the rule holds; `And` and `Or` look no further than they must. The
    /// expression of a condition does not hold here: whoever runs a state in JSONata evaluates it.
    ///
    /// # Errors
    ///
    /// As for [`Choice::next`].
    pub fn holds(&self, scope: Scope<'_>) -> Result<bool, PathError> {
        match self {
            Self::And(rules) => {
                for rule in rules {
                    if !rule.holds(scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(rules) => {
                for rule in rules {
                    if rule.holds(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(rule) => rule.holds(scope).map(|holds| !holds),
            Self::Test(comparison) => comparison.holds(scope),
            Self::Condition(condition) => Ok(*condition == Condition::Literal(true)),
        }
    }
}

impl Comparison {
    fn holds(&self, scope: Scope<'_>) -> Result<bool, PathError> {
        if let Test::IsPresent(expected) = self.test {
            return Ok(self.variable.find(scope).is_ok() == expected);
        }
        let variable = find(&self.variable, scope)?;
        match &self.test {
            Test::IsPresent(expected) => Ok(*expected),
            Test::Is(kind, expected) => Ok(kind.is_of(&variable) == *expected),
            Test::StringMatches(pattern) => Ok(variable
                .as_str()
                .is_some_and(|text| matches_pattern(pattern, text))),
            Test::Compare(ordering, operand) => Ok(operand
                .compare(&variable, scope)?
                .is_some_and(|found| ordering.includes(found))),
        }
    }
}

fn find<'a>(path: &JsonPath, scope: Scope<'a>) -> Result<Cow<'a, Value>, PathError> {
    path.find(scope).map_err(|_| PathError::ChoiceVariable {
        path: path.to_string(),
    })
}

impl Operand {
    /// Returns how the variable stands to the operand; `None` if they are not of one kind.
    fn compare(
        &self,
        variable: &Value,
        scope: Scope<'_>,
    ) -> Result<Option<cmp::Ordering>, PathError> {
        Ok(match self {
            Self::Boolean(operand) => variable.as_bool().map(|variable| variable.cmp(operand)),
            Self::Numeric(operand) => variable
                .as_number()
                .and_then(|variable| compare_numbers(variable, operand)),
            Self::String(operand) => variable
                .as_str()
                .map(|variable| compare_texts(variable, operand)),
            Self::Timestamp(operand) => {
                as_timestamp(variable).map(|variable| variable.cmp(operand))
            }
            Self::Path(kind, path) => match Self::of_kind(*kind, find(path, scope)?.as_ref()) {
                Some(operand) => operand.compare(variable, scope)?,
                None => None,
            },
        })
    }

    fn of_kind(kind: Kind, value: &Value) -> Option<Self> {
        match kind {
            Kind::Null => None,
            Kind::Boolean => value.as_bool().map(Self::Boolean),
            Kind::Numeric => value.as_number().cloned().map(Self::Numeric),
            Kind::String => value.as_str().map(|text| Self::String(text.to_owned())),
            Kind::Timestamp => as_timestamp(value).map(Self::Timestamp),
        }
    }
}

impl Kind {
    fn is_of(self, value: &Value) -> bool {
        match self {
            Self::Null => value.is_null(),
            Self::Boolean => value.is_boolean(),
            Self::Numeric => value.is_number(),
            Self::String => value.is_string(),
            Self::Timestamp => as_timestamp(value).is_some(),
        }
    }
}

impl Ordering {
    fn includes(self, found: cmp::Ordering) -> bool {
        match self {
            Self::Equals => found.is_eq(),
            Self::LessThan => found.is_lt(),
            Self::LessThanEquals => found.is_le(),
            Self::GreaterThan => found.is_gt(),
            Self::GreaterThanEquals => found.is_ge(),
        }
    }
}

fn as_timestamp(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(parse_timestamp)
}

/// Compares whole numbers exactly and all others as the floating-point numbers they are.
fn compare_numbers(left: &Number, right: &Number) -> Option<cmp::Ordering> {
    match (left.as_i128(), right.as_i128()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// Compares texts by their UTF-16 units, as the service does.
fn compare_texts(left: &str, right: &str) -> cmp::Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

/// Whether the text is like the pattern, where `*` stands for any text, `\*` for an asterisk
/// and `\\` for a backslash.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let parts = literal_parts(pattern);
    let Some((first, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let Some((last, middle)) = rest.split_last() else {
        return text == first;
    };
    let Some(mut text) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    // The shortest place for each part leaves the most for the parts after it.
    for part in middle {
        let Some(at) = text.find(part.as_str()) else {
            return false;
        };
        text = &text[at + part.len()..];
    }
    text.ends_with(last.as_str())
}

/// Splits a pattern at its asterisks and undoes the escapes.
fn literal_parts(pattern: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '*' => parts.push(std::mem::take(&mut part)),
            '\\' => match characters.next() {
                Some(escaped @ ('*' | '\\')) => part.push(escaped),
                other => part.extend(['\\'].into_iter().chain(other)),
            },
            _ => part.push(c),
        }
    }
    parts.push(part);
    parts
}

#[cfg(test)]
mod tests;
