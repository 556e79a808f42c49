//! Why an expression is none, and why one came to nothing.

use super::Expression;
use super::thrown::{Thrown, service_text};

/// Why a text is not an expression that a state may have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// It is no expression of the language.
    #[error("{0}")]
    Syntax(String),
    /// It is one, but asks for what a state does not have.
    #[error("{}", .0.join(", "))]
    Unsupported(Vec<String>),
}

/// Why an expression, or what it stands for, came to nothing when a state ran.
///
/// Displays as the service's own text, without the sentence that names the state and the event
/// before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EvaluationError {
    /// The field that holds the expression, relative to the state: `Output/order/id`.
    location: Option<String>,
    message: String,
}

impl EvaluationError {
    /// An error that names no field.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            location: None,
            message: message.into(),
        }
    }

    /// An error in this field.
    #[must_use]
    pub fn at(location: &str, message: impl Into<String>) -> Self {
        Self {
            location: Some(location.to_owned()),
            message: message.into(),
        }
    }

    /// Returns the field, as the history shows it.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    pub(super) fn undefined(expression: &Expression) -> Self {
        Self::of(expression, "returned nothing (undefined).")
    }

    /// The evaluator stopped with this text, which begins with a code if it is the language's.
    pub(super) fn thrown(expression: &Expression, text: &str) -> Self {
        match service_text(text, &expression.program.hints) {
            Thrown::Coded(text) => Self::of(
                expression,
                &format!("threw an error during evaluation. {text}"),
            ),
            Thrown::Limit(text) => Self::of(
                expression,
                &format!("threw an error during evaluation: {text}"),
            ),
        }
    }

    /// The value is not of the type that its field takes; `shown` is its JSON text.
    #[must_use]
    pub fn unexpected_type(
        expression: &Expression,
        expected: &str,
        found: &str,
        shown: &str,
    ) -> Self {
        Self::of(
            expression,
            &format!(
                "returned an unexpected result type. Expected '{expected}', but was '{found}' for \
                 value: {shown}"
            ),
        )
    }

    fn of(expression: &Expression, what: &str) -> Self {
        let (text, field) = (expression.as_str(), expression.field());
        Self::at(
            field,
            format!("The JSONata expression '{text}' specified for the field '{field}' {what}"),
        )
    }
}
