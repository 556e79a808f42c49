//! Fail: ends its graph, and with the outermost graph the execution, as failed.

use std::sync::Arc;

use super::evaluate;
use super::facts::SharedContext;
use super::failure::Failure;
use super::flow;
use super::frame::Visit;
use crate::asl::{Fail, TextField};

/// What the state says of itself, or why it could not find the words.
pub(super) fn run(shared: &SharedContext, visit: &Visit, fail: &Fail) -> Failure {
    let error = text(shared, visit, fail.error.as_ref(), "ErrorPath");
    let cause = text(shared, visit, fail.cause.as_ref(), "CausePath");
    match (error, cause) {
        (Ok(error), Ok(cause)) => Failure::stated(error, cause),
        (Err(failure), _) | (_, Err(failure)) => failure,
    }
}

fn text(
    shared: &SharedContext,
    visit: &Visit,
    field: Option<&TextField>,
    name: &str,
) -> Result<Option<Arc<str>>, Failure> {
    let Some(field) = field else { return Ok(None) };
    if let TextField::Expression(expression) = field {
        return evaluate::text(shared, visit, expression).map(Some);
    }
    let text = field.resolve(visit.scope(shared, &visit.input), name);
    text.map(|text| Some(text.into()))
        .map_err(|error| flow::query_failure(visit, &error))
}
