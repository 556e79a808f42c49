//! Payloads: JSON in a field, with paths or expressions in it.

use serde_json::Value;

use crate::query::Template;
use crate::query::jsonata::{Evaluation, EvaluationError, Expression};

/// The value of `Parameters`, `Arguments`, `Assign`, `Output` and their like.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Payload {
    /// Of a state in JSONPath: keys that end in `.$` stand for paths.
    Template(Template),
    /// Of a state in JSONata: texts such as `{% $states.input %}` stand for expressions.
    Jsonata(Jsonata),
}

/// JSON with expressions in it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Jsonata {
    /// A part without any expression.
    Literal(Value),
    /// An object with an expression somewhere in it.
    Object(Vec<(String, Self)>),
    /// An array with an expression somewhere in it.
    Array(Vec<Self>),
    /// An expression.
    Expression(Expression),
}

impl Jsonata {
    /// Puts the values of the expressions in their places.
    ///
    /// # Errors
    ///
    /// That of the first expression that has no value.
    pub fn fill(&self, evaluation: &mut Evaluation<'_>) -> Result<Value, EvaluationError> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Object(members) => members
                .iter()
                .map(|(name, member)| Ok((name.clone(), member.fill(evaluation)?)))
                .collect(),
            Self::Array(items) => items.iter().map(|item| item.fill(evaluation)).collect(),
            Self::Expression(expression) => evaluation.value(expression),
        }
    }
}
