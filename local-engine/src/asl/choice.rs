//! The Choice state: rules over the input, each with the state it leads to.

mod evaluate;

use jiff::Timestamp;
use serde_json::Number;

use super::payload::Payload;
use crate::query::JsonPath;
use crate::query::jsonata::Expression;

/// The fields of a Choice.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Choice {
    /// `Choices`, in order: the first whose rule holds is taken. At least one.
    pub choices: Vec<ChoiceBranch>,
    /// `Default`: where to go if none holds.
    pub default: Option<String>,
}

/// One entry of `Choices`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ChoiceBranch {
    /// The rule.
    pub rule: ChoiceRule,
    /// `Assign`.
    pub assign: Option<Payload>,
    /// `Output` of a state in JSONata.
    pub output: Option<Payload>,
    /// `Next`.
    pub next: String,
    /// `Comment`.
    pub comment: Option<String>,
}

/// A rule over the input.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChoiceRule {
    /// `And`: all hold. At least one.
    And(Vec<Self>),
    /// `Or`: one holds. At least one.
    Or(Vec<Self>),
    /// `Not`: it does not hold.
    Not(Box<Self>),
    /// `Variable` and one operator.
    Test(Comparison),
    /// `Condition` of a state in JSONata.
    Condition(Condition),
}

/// `Condition` of a state in JSONata.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// `true` or `false`.
    Literal(bool),
    /// An expression for one of them.
    Expression(Expression),
}

/// A variable and what is asked of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// `Variable`: a reference path.
    pub variable: JsonPath,
    /// The operator, with what it compares to.
    pub test: Test,
}

/// What is asked of a variable.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Test {
    /// `IsPresent`.
    IsPresent(bool),
    /// `IsNull`, `IsBoolean`, `IsNumeric`, `IsString`, `IsTimestamp`.
    Is(Kind, bool),
    /// `StringMatches`: equal, where an unescaped `*` stands for any text.
    StringMatches(String),
    /// All other operators, `BooleanEquals` to `TimestampGreaterThanEqualsPath`. It does not
    /// hold if one side is not of the operator's kind.
    Compare(Ordering, Operand),
}

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Numeric,
    /// A string.
    String,
    /// A string that is an RFC 3339 timestamp.
    Timestamp,
}

/// How two values must stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ordering {
    /// `Equals`.
    Equals,
    /// `LessThan`.
    LessThan,
    /// `LessThanEquals`.
    LessThanEquals,
    /// `GreaterThan`.
    GreaterThan,
    /// `GreaterThanEquals`.
    GreaterThanEquals,
}

/// What a variable is compared to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Operand {
    /// Of the `Boolean…` operators.
    Boolean(bool),
    /// Of the `Numeric…` operators.
    Numeric(Number),
    /// Of the `String…` operators.
    String(String),
    /// Of the `Timestamp…` operators.
    Timestamp(Timestamp),
    /// Of the `…Path` operators: a value of this kind, found when the state runs.
    Path(Kind, JsonPath),
}
