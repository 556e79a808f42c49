//! How a state asks its questions, in whichever language it speaks.
//!
//! Every field that may hold a path or an expression is evaluated here: payloads such as
//! `Arguments` with [`payload`], single values with [`number`], [`text`] and [`boolean`], items
//! with [`items`]. What fails is ready to be handed to [`Machine::fail`](super::Machine::fail).

use std::sync::Arc;

use serde_json::Value;

use super::facts::SharedContext;
use super::failure::Failure;
use super::flow;
use super::frame::Visit;
use super::json::Json;
use crate::asl::Payload;
use crate::query::Scope;
use crate::query::jsonata::{Evaluation, EvaluationError, Expression};

/// What a field sees besides the context object and the variables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    /// `$` of a path.
    root: &'a Json,
    /// `$states.result`
    result: Option<&'a Json>,
    /// `$states.errorOutput`
    error_output: Option<&'a Json>,
}

impl<'a> Seen<'a> {
    /// Before the work, or without any: this value is `$`.
    pub(super) fn root(root: &'a Json) -> Self {
        Self {
            root,
            result: None,
            error_output: None,
        }
    }

    /// After the work: its result is `$` and `$states.result`.
    pub(super) fn result(result: &'a Json) -> Self {
        Self {
            result: Some(result),
            ..Self::root(result)
        }
    }

    /// In a catcher: the error output is `$` and `$states.errorOutput`.
    pub(super) fn error_output(error_output: &'a Json) -> Self {
        Self {
            error_output: Some(error_output),
            ..Self::root(error_output)
        }
    }
}

/// The value of a payload.
pub(super) fn payload(
    shared: &SharedContext,
    visit: &Visit,
    payload: &Payload,
    seen: Seen<'_>,
) -> Result<Json, Failure> {
    payload_in(shared, visit, payload, seen, visit.scope(shared, seen.root))
}

/// The value of a payload with a context object of its own, such as that of a Map iteration.
pub(super) fn payload_in(
    shared: &SharedContext,
    visit: &Visit,
    payload: &Payload,
    seen: Seen<'_>,
    scope: Scope<'_>,
) -> Result<Json, Failure> {
    match payload {
        Payload::Template(template) => template
            .fill(scope)
            .map(Json::from_value)
            .map_err(|error| flow::query_failure(visit, &error)),
        Payload::Jsonata(jsonata) => {
            let input = Scope {
                input: visit.input.value(),
                ..scope
            };
            let mut evaluation = Evaluation::new(input, shared.now(), shared.draw())
                .with_result(seen.result.map(Json::value))
                .with_error_output(seen.error_output.map(Json::value));
            jsonata
                .fill(&mut evaluation)
                .map(Json::from_value)
                .map_err(|error| failure(visit, &error))
        }
    }
}

/// The value of an expression that stands in a field of its own.
pub(super) fn expression(
    shared: &SharedContext,
    visit: &Visit,
    expression: &Expression,
) -> Result<Value, Failure> {
    let scope = visit.scope(shared, &visit.input);
    Evaluation::new(scope, shared.now(), shared.draw())
        .value(expression)
        .map_err(|error| failure(visit, &error))
}

/// The whole number that an expression must have, between these two.
pub(super) fn number(
    shared: &SharedContext,
    visit: &Visit,
    text: &Expression,
    least: i64,
    most: i64,
) -> Result<i64, Failure> {
    let field = text.field();
    let value = expression(shared, visit, text)?;
    let Value::Number(number) = &value else {
        return Err(wrong_type(visit, text, "number", &value));
    };
    let Some(whole) = number.as_i64() else {
        let message = format!("The {field} field cannot be parsed as an integer: {number}");
        return Err(failure(visit, &EvaluationError::at(field, message)));
    };
    if whole < least || whole > most {
        let message = format!("{field} must be between {least} and {most} but was: {whole}");
        return Err(failure(visit, &EvaluationError::at(field, message)));
    }
    Ok(whole)
}

/// The text that an expression must have.
pub(super) fn text(
    shared: &SharedContext,
    visit: &Visit,
    text: &Expression,
) -> Result<Arc<str>, Failure> {
    let value = expression(shared, visit, text)?;
    match &value {
        Value::String(text) => Ok(text.as_str().into()),
        other => Err(wrong_type(visit, text, "string", other)),
    }
}

/// Whether an expression is true.
pub(super) fn boolean(
    shared: &SharedContext,
    visit: &Visit,
    text: &Expression,
) -> Result<bool, Failure> {
    let value = expression(shared, visit, text)?;
    value
        .as_bool()
        .ok_or_else(|| wrong_type(visit, text, "boolean", &value))
}

/// The items of a Map in JSONata: those of its `Items`, or else of its input. The members of an
/// object are items too where that is said.
pub(super) fn items(
    shared: &SharedContext,
    visit: &Visit,
    items: Option<&Payload>,
    members: bool,
) -> Result<Value, Failure> {
    let found = match items {
        Some(items) => payload(shared, visit, items, Seen::root(&visit.input))?,
        None => visit.input.clone(),
    };
    match (found.value(), items) {
        (Value::Array(_), _) => Ok(found.value().clone()),
        (Value::Object(_), _) if members => Ok(found.value().clone()),
        (other, Some(Payload::Jsonata(crate::asl::Jsonata::Expression(text)))) => {
            Err(wrong_type(visit, text, "array", other))
        }
        (other, _) => {
            let message = format!("Map state input must be an array but was: {other}");
            Err(failure(visit, &EvaluationError::new(message)))
        }
    }
}

/// The value of an expression is not of the type that its field takes.
pub(super) fn wrong_type(
    visit: &Visit,
    expression: &Expression,
    expected: &str,
    found: &Value,
) -> Failure {
    let name = match found {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let shown = found.to_string();
    let error = EvaluationError::unexpected_type(expression, expected, name, &shown);
    failure(visit, &error)
}

/// The failure that an evaluation ends in.
pub(super) fn failure(visit: &Visit, error: &EvaluationError) -> Failure {
    Failure::evaluation(visit, error)
}
