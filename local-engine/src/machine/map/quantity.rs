//! Numbers that steer a Map: written down, or read from the input.

use serde_json::Value;

use super::super::evaluate;
use super::super::facts::SharedContext;
use super::super::failure::Failure;
use super::super::flow;
use super::super::frame::Visit;
use super::super::json::Json;
use crate::asl::Quantity;
use crate::query::JsonPath;
use crate::query::jsonata::EvaluationError;

/// A count; `field` is its name without `Path`.
pub(super) fn count(
    shared: &SharedContext,
    visit: &Visit,
    input: &Json,
    quantity: Option<&Quantity>,
    field: &str,
) -> Result<Option<u64>, Failure> {
    match quantity {
        None => Ok(None),
        Some(Quantity::Literal(number)) => Ok(Some(truncated(*number))),
        Some(Quantity::Expression(expression)) => {
            let number = evaluate::number(shared, visit, expression, 0, i64::MAX)?;
            Ok(Some(number.unsigned_abs()))
        }
        Some(Quantity::Path(path)) => {
            let number = integer(shared, visit, input, path, field)?;
            let count = u64::try_from(number)
                .map_err(|_| Failure::runtime(visit, &format!("{field} cannot be negative.")))?;
            Ok(Some(count))
        }
    }
}

/// A whole number, which may be negative. The service takes a text of digits too.
pub(super) fn integer(
    shared: &SharedContext,
    visit: &Visit,
    input: &Json,
    path: &JsonPath,
    field: &str,
) -> Result<i64, Failure> {
    let field = format!("{field}Path");
    let found = flow::find(shared, visit, input, path, &field)?;
    let number = match &found {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    number.ok_or_else(|| wrong(visit, path, &field, &found, "integer"))
}

/// A share in per cent.
pub(super) fn percentage(
    shared: &SharedContext,
    visit: &Visit,
    input: &Json,
    quantity: Option<&Quantity>,
) -> Result<Option<f64>, Failure> {
    const FIELD: &str = "ToleratedFailurePercentagePath";
    let number = match quantity {
        None => return Ok(None),
        Some(Quantity::Literal(number)) => *number,
        Some(Quantity::Expression(expression)) => {
            let found = evaluate::expression(shared, visit, expression)?;
            let Some(number) = found.as_f64() else {
                return Err(evaluate::wrong_type(visit, expression, "number", &found));
            };
            if !(0.0..=100.0).contains(&number) {
                let field = expression.field();
                let message = format!("{field} must be between 0 and 100 but was: {found}");
                return Err(evaluate::failure(
                    visit,
                    &EvaluationError::at(field, message),
                ));
            }
            number
        }
        Some(Quantity::Path(path)) => {
            let found = flow::find(shared, visit, input, path, FIELD)?;
            let number = match &found {
                Value::String(text) => text.parse().ok(),
                other => other.as_f64(),
            };
            number.ok_or_else(|| wrong(visit, path, FIELD, &found, "float"))?
        }
    };
    if (0.0..=100.0).contains(&number) {
        return Ok(Some(number));
    }
    Err(Failure::runtime(
        visit,
        "ToleratedFailurePercentage must be between 0 and 100.",
    ))
}

fn wrong(visit: &Visit, path: &JsonPath, field: &str, found: &Value, kind: &str) -> Failure {
    let shown = flow::shown(found);
    let message = format!(
        "The {field} field refers to value \"{shown}\" which is not a valid {kind}: {path}"
    );
    Failure::runtime(visit, &message)
}

/// A number of the definition, which was found to be whole and not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the parser lets only whole numbers from 0 to 2^53 pass"
)]
pub(super) fn truncated(number: f64) -> u64 {
    number as u64
}
