//! Why an expression is none, and why one came to nothing.

use super::Expression;

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
        match service_text(text) {
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

enum Thrown {
    /// An error of the language, with its code.
    Coded(String),
    /// One of the service's own limits, or an error without a code.
    Limit(String),
}

/// The text of a limit on memory; guards say it too.
pub(super) const MEMORY: &str =
    "Expression evaluation memory limit exceeded: Check for excessive memory usage";
const DEPTH: &str = "Stack overflow error: Check for non-terminating recursive function. Consider \
                     rewriting as tail-recursive";
const TIME: &str = "Expression evaluation timeout: Check for infinite loop";

/// The service's words for what the evaluator said.
fn service_text(text: &str) -> Thrown {
    let code = jsonata_core::evaluator::error_code_prefix(text);
    let rest = code.map_or("", |code| text[code.len()..].trim_start_matches([':', ' ']));
    match code {
        Some("D1011" | "U1001") => Thrown::Limit(DEPTH.to_owned()),
        Some("D1012" | "U1003") => Thrown::Limit(TIME.to_owned()),
        Some("D2014" | "D2015") => Thrown::Limit(MEMORY.to_owned()),
        Some("T1006") => Thrown::Coded("T1006: Attempted to invoke a non-function".to_owned()),
        Some("D3010") => Thrown::Limit(
            "Second argument of replace function cannot be an empty string".to_owned(),
        ),
        Some("D3020") => Thrown::Coded(
            "D3020: Third argument of split function must evaluate to a positive number".to_owned(),
        ),
        Some("D3030") => Thrown::Coded(format!(
            "D3030: Unable to cast value to a number: {}",
            quoted(rest)
        )),
        Some("D3138") => Thrown::Coded(
            "D3138: The $single() function expected exactly 1 matching result.  Instead it \
             matched more."
                .to_owned(),
        ),
        Some("D3139") => Thrown::Coded(
            "D3139: The $single() function expected exactly 1 matching result.  Instead it \
             matched 0."
                .to_owned(),
        ),
        Some(code @ ("T2001" | "T2002")) => Thrown::Coded(format!("{code}: {}", operator(rest))),
        Some(_) => Thrown::Coded(text.to_owned()),
        None => Thrown::Limit(text.to_owned()),
    }
}

/// The value in `Cannot convert 'x' to number`, as JSON.
fn quoted(text: &str) -> String {
    let value = text
        .split_once('\'')
        .and_then(|(_, rest)| rest.rsplit_once('\''))
        .map_or(text, |(value, _)| value);
    serde_json::Value::from(value).to_string()
}

/// `The right side of the + operator …` with its operator between quotes.
fn operator(text: &str) -> String {
    let parts = text
        .split_once("side of the ")
        .and_then(|(side, rest)| Some((side, rest.split_once(" operator")?)));
    match parts {
        Some((side, (token, rest))) if !token.starts_with('"') => {
            format!("{side}side of the \"{token}\" operator{rest}")
        }
        _ => text.to_owned(),
    }
}
