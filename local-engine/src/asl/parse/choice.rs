//! `Choices` and `Default` of a Choice.

use serde_json::Value;

use super::language::{Language, refuse_jsonata_field, refuse_jsonpath_field};
use super::object::Object;
use super::path::{self, PathRule};
use super::report::Report;
use super::{assign, payload};
use crate::asl::choice::{
    Choice, ChoiceBranch, ChoiceRule, Comparison, Condition, Kind, Operand, Ordering, Test,
};
use crate::query::parse_timestamp;

pub(super) fn read(state: &Object<'_>, report: &mut Report) -> Option<Choice> {
    const NAME: &str = "Choices";
    let default = state.text("Default", report);
    state.require(&[NAME], report);
    let entries = state.filled_array(NAME, report)?;
    let choices = state.each(NAME, entries, report, |entry, report| {
        let rule = match report.language() {
            Language::Jsonpath => read_rule(entry, true, report),
            Language::Jsonata => read_condition(entry, report).map(ChoiceRule::Condition),
        };
        let assign = assign::read(entry, report);
        let output = payload::read_output(entry, report);
        let comment = entry.comment(report);
        entry.require(&["Next"], report);
        let next = entry.text("Next", report);
        Some(ChoiceBranch {
            rule: rule?,
            assign: assign?,
            output: output?,
            next: next?.to_owned(),
            comment,
        })
    });
    Some(Choice {
        choices: choices?,
        default: default.map(str::to_owned),
    })
}

/// Reads `Condition`, the only rule of a state in JSONata.
fn read_condition(rule: &Object<'_>, report: &mut Report) -> Option<Condition> {
    const NAME: &str = "Condition";
    for name in rule.fields().keys().map(String::as_str) {
        match name {
            "Assign" | "Comment" | "Next" | "Output" | NAME => {}
            "And" | "Not" | "Or" | "Variable" => refuse_jsonpath_field(rule, name, report),
            _ if Operator::named(name).is_some() => refuse_jsonpath_field(rule, name, report),
            _ => rule.refuse(name, report),
        }
    }
    rule.require(&[NAME], report);
    if let Some(expression) = payload::read_expression(rule, NAME, report)? {
        return Some(Condition::Expression(expression));
    }
    rule.boolean(NAME, report).map(Condition::Literal)
}

/// The fields of which a rule has one, which says what kind of rule it is.
const SELECTORS: [&str; 5] = ["And", "Or", "Not", "Variable", "Condition"];

/// Reads a rule, whose one operator decides what else may be there.
fn read_rule(rule: &Object<'_>, is_top: bool, report: &mut Report) -> Option<ChoiceRule> {
    let operators = note_other_fields(rule, is_top, report);
    let chosen: Vec<_> = SELECTORS
        .into_iter()
        .filter(|name| rule.has(name))
        .collect();
    let operator = match (chosen.as_slice(), operators.as_slice()) {
        (["Variable"], [operator]) | ([_], [operator @ ("And" | "Or" | "Not")]) => *operator,
        (["Variable"], []) => {
            report
                .schema(rule.path(), "A choice rule needs an operator")
                .advise("give, for one, StringEquals");
            return None;
        }
        (["Variable"], several) => {
            let message = format!(
                "There should only be one of the following fields: [{}]",
                several.join(", ")
            );
            report
                .schema(rule.path(), message)
                .advise("a rule with Variable has one operator, such as StringEquals");
            return None;
        }
        _ => {
            let message = format!(
                "The object must have only one of the following fields, [{}]",
                SELECTORS.join(", ")
            );
            report
                .schema(rule.path(), message)
                .advise("give Variable and, for one, StringEquals; or And, Or or Not");
            return None;
        }
    };
    match operator {
        "And" => read_rules(rule, operator, report).map(ChoiceRule::And),
        "Or" => read_rules(rule, operator, report).map(ChoiceRule::Or),
        "Not" => {
            let inner = rule.object(operator, report)?;
            Some(ChoiceRule::Not(Box::new(read_rule(&inner, false, report)?)))
        }
        _ => read_comparison(rule, operator, report).map(ChoiceRule::Test),
    }
}

/// Returns the operators of a rule and notes the fields that a rule does not have.
fn note_other_fields<'a>(rule: &Object<'a>, is_top: bool, report: &mut Report) -> Vec<&'a str> {
    let mut operators = Vec::new();
    for name in rule.fields().keys().map(String::as_str) {
        match name {
            "And" | "Or" | "Not" => operators.push(name),
            "Comment" | "Variable" => {}
            "Next" if is_top => {}
            "Assign" if is_top => {}
            "Condition" | "Output" => refuse_jsonata_field(rule, name, report),
            _ if Operator::named(name).is_some() => operators.push(name),
            _ => rule.refuse(name, report),
        }
    }
    operators
}

fn read_rules(rule: &Object<'_>, name: &str, report: &mut Report) -> Option<Vec<ChoiceRule>> {
    let rules = rule.filled_array(name, report)?;
    rule.each(name, rules, report, |rule, report| {
        read_rule(rule, false, report)
    })
}

fn read_comparison(rule: &Object<'_>, name: &str, report: &mut Report) -> Option<Comparison> {
    rule.require(&["Variable"], report);
    let variable = path::read(rule, "Variable", PathRule::Operand, report);
    let test = read_test(rule, name, report);
    Some(Comparison {
        variable: variable?,
        test: test?,
    })
}

fn read_test(rule: &Object<'_>, name: &str, report: &mut Report) -> Option<Test> {
    let value = rule.get(name)?;
    Some(match Operator::named(name)? {
        Operator::IsPresent => Test::IsPresent(rule.boolean(name, report)?),
        Operator::Is(kind) => Test::Is(kind, rule.boolean(name, report)?),
        Operator::StringMatches => Test::StringMatches(rule.text(name, report)?.to_owned()),
        Operator::ComparePath(kind, ordering) => {
            let path = path::read(rule, name, PathRule::Operand, report)?;
            Test::Compare(ordering, Operand::Path(kind, path))
        }
        Operator::Compare(kind, ordering) => Test::Compare(
            ordering,
            read_operand(kind, value, &rule.field(name), report)?,
        ),
    })
}

fn read_operand(kind: Kind, value: &Value, path: &str, report: &mut Report) -> Option<Operand> {
    let (operand, expected) = match (kind, value) {
        (Kind::Boolean, _) => (value.as_bool().map(Operand::Boolean), "Boolean"),
        (Kind::Numeric, Value::Number(number)) => {
            (Some(Operand::Numeric(number.clone())), "Number")
        }
        (Kind::Numeric, _) => (None, "Number"),
        (Kind::Timestamp, Value::String(text)) => {
            let timestamp = parse_timestamp(text);
            if timestamp.is_none() {
                report
                    .schema(path, "String does not match RFC3339 timestamp")
                    .advise("write it like 2026-01-31T12:00:00Z");
                return None;
            }
            (timestamp.map(Operand::Timestamp), "String")
        }
        (_, Value::String(text)) => (Some(Operand::String(text.clone())), "String"),
        _ => (None, "String"),
    };
    if operand.is_none() {
        report.schema(path, format!("Expected value of type {expected}"));
    }
    operand
}

/// What a field of a rule asks.
enum Operator {
    IsPresent,
    Is(Kind),
    StringMatches,
    Compare(Kind, Ordering),
    ComparePath(Kind, Ordering),
}

impl Operator {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "IsPresent" => Self::IsPresent,
            "IsNull" => Self::Is(Kind::Null),
            "IsBoolean" => Self::Is(Kind::Boolean),
            "IsNumeric" => Self::Is(Kind::Numeric),
            "IsString" => Self::Is(Kind::String),
            "IsTimestamp" => Self::Is(Kind::Timestamp),
            "StringMatches" => Self::StringMatches,
            _ => match name.strip_suffix("Path") {
                Some(name) => {
                    let (kind, ordering) = Self::comparison(name)?;
                    Self::ComparePath(kind, ordering)
                }
                None => {
                    let (kind, ordering) = Self::comparison(name)?;
                    Self::Compare(kind, ordering)
                }
            },
        })
    }

    /// Takes a name such as `NumericLessThan` apart.
    fn comparison(name: &str) -> Option<(Kind, Ordering)> {
        const KINDS: [(&str, Kind); 4] = [
            ("Boolean", Kind::Boolean),
            ("Numeric", Kind::Numeric),
            ("String", Kind::String),
            ("Timestamp", Kind::Timestamp),
        ];
        let (ordering, kind) = KINDS
            .into_iter()
            .find_map(|(prefix, kind)| Some((name.strip_prefix(prefix)?, kind)))?;
        let ordering = match ordering {
            "Equals" => Ordering::Equals,
            _ if kind == Kind::Boolean => return None,
            "LessThan" => Ordering::LessThan,
            "LessThanEquals" => Ordering::LessThanEquals,
            "GreaterThan" => Ordering::GreaterThan,
            "GreaterThanEquals" => Ordering::GreaterThanEquals,
            _ => return None,
        };
        Some((kind, ordering))
    }
}
