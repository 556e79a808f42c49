//! The functions that the service adds to the language, those that it changes, and guards.

mod guards;
mod hash;

use std::cell::RefCell;
use std::rc::Rc;

use jiff::Timestamp;
use jsonata_core::evaluator::{Evaluator, EvaluatorError};
use jsonata_core::value::JValue;

use super::reads::Reads;
use super::{convert, random, thrown};
pub(super) use guards::{GUARD, GUARD_JOIN, GUARD_PAD, GUARD_REPLACE};

/// The most numbers that `$range` makes.
const RANGE_LIMIT: i128 = 360_145;

/// The functions of version 2.0.6 of the language that the service keeps, and its own.
const NAMES: &[&str] = &[
    "abs",
    "append",
    "assert",
    "average",
    "base64decode",
    "base64encode",
    "boolean",
    "ceil",
    "contains",
    "count",
    "decodeUrl",
    "decodeUrlComponent",
    "distinct",
    "each",
    "encodeUrl",
    "encodeUrlComponent",
    "error",
    "exists",
    "filter",
    "floor",
    "formatBase",
    "formatInteger",
    "formatNumber",
    "fromMillis",
    "hash",
    "join",
    "keys",
    "length",
    "lookup",
    "lowercase",
    "map",
    "match",
    "max",
    "merge",
    "millis",
    "min",
    "not",
    "now",
    "number",
    "pad",
    "parse",
    "parseInteger",
    "partition",
    "power",
    "random",
    "range",
    "reduce",
    "replace",
    "reverse",
    "round",
    "shuffle",
    "sift",
    "single",
    "sort",
    "split",
    "spread",
    "sqrt",
    "string",
    "substring",
    "substringAfter",
    "substringBefore",
    "sum",
    "toMillis",
    "trim",
    "type",
    "uppercase",
    "uuid",
    "zip",
];

/// Refuses a call with more arguments than a function has.
///
/// The functions themselves take no notice of those: as a value, handed to `$map`, they are
/// called with more than they have.
pub(super) const SURPLUS: &str = "surplus arguments";

type Answer = Result<JValue, EvaluatorError>;

/// Returns whether this is the name of a function, without its `$`.
pub(super) fn is_known(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok()
}

/// Returns how many arguments one of the service's own functions has at most.
pub(super) fn most_arguments(name: &str) -> Option<usize> {
    match name {
        "uuid" => Some(0),
        "parse" | "random" => Some(1),
        "hash" | "partition" => Some(2),
        "range" => Some(3),
        _ => None,
    }
}

/// Gives the evaluator those of the functions that an expression reads.
pub(super) fn register(
    evaluator: &mut Evaluator,
    reads: &Reads,
    now: Timestamp,
    random: &Rc<RefCell<fastrand::Rng>>,
) -> Result<(), EvaluatorError> {
    for name in &reads.functions {
        match name.as_str() {
            "partition" => evaluator.register_fn(name, |args: &[JValue]| partition(args))?,
            "range" => evaluator.register_fn(name, |args: &[JValue]| range(args))?,
            "hash" => evaluator.register_fn(name, |args: &[JValue]| hash::hash(args))?,
            "parse" => evaluator.register_fn(name, |args: &[JValue]| parse(args))?,
            "uuid" => {
                let random = random.clone();
                evaluator.register_fn(name, move |_: &[JValue]| uuid(&random))?;
            }
            "random" => {
                let random = random.clone();
                evaluator.register_fn_override(name, move |args: &[JValue]| draw(args, &random))?;
            }
            "shuffle" => {
                let random = random.clone();
                evaluator
                    .register_fn_override(name, move |args: &[JValue]| shuffle(args, &random))?;
            }
            "millis" => evaluator.register_fn_override(name, move |_: &[JValue]| {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "milliseconds of any instant stay below 2^53"
                )]
                let millis = now.as_millisecond() as f64;
                Ok(JValue::Number(millis))
            })?,
            "now" => evaluator.register_fn_override(name, move |_: &[JValue]| {
                Ok(JValue::from(crate::query::format_timestamp(now)))
            })?,
            SURPLUS => evaluator.register_fn(name, |args: &[JValue]| surplus(args))?,
            // The service has taken this one away.
            "eval" => evaluator.register_fn_override(name, |_: &[JValue]| {
                Err(failure("T1006: Attempted to invoke a non-function"))
            })?,
            _ => guards::register(evaluator, name)?,
        }
    }
    Ok(())
}

/// `$partition(array, size)`
fn partition(args: &[JValue]) -> Answer {
    let items = match args.first() {
        None | Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::Array(items)) => items.iter().cloned().collect(),
        Some(JValue::Null) => {
            return Err(failure(
                "T0412: Argument 1 of function \"partition\" must be an array",
            ));
        }
        // One value is as good as an array of one.
        Some(other) => vec![other.clone()],
    };
    let size = match args.get(1) {
        None | Some(JValue::Undefined) => items.len(),
        Some(_) => {
            let size = whole(args, 1, "partition")?;
            usize::try_from(size)
                .map_err(|_| failure("D3137: Second argument must be zero or greater"))?
        }
    };
    if size == 0 || items.is_empty() {
        return Ok(JValue::Undefined);
    }
    let chunks = items.chunks(size);
    Ok(JValue::array(
        chunks.map(|chunk| JValue::array(chunk.to_vec())).collect(),
    ))
}

/// `$range(first, last, step)`
fn range(args: &[JValue]) -> Answer {
    let first = i128::from(whole(args, 0, "range")?);
    let last = i128::from(whole(args, 1, "range")?);
    if matches!(args.get(2), None | Some(JValue::Undefined)) {
        return Ok(JValue::Undefined);
    }
    let step = i128::from(whole(args, 2, "range")?);
    if step == 0 || (last - first).signum() * step.signum() < 0 {
        return Ok(JValue::Undefined);
    }
    let count = (last - first) / step + 1;
    if count > RANGE_LIMIT {
        return Err(failure(thrown::MEMORY));
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "the numbers of the language are floating-point numbers"
    )]
    let numbers = (0..count).map(|at| JValue::Number((first + at * step) as f64));
    Ok(JValue::sequence(numbers.collect()).unwrap_sequence())
}

/// `$parse(text)`
fn parse(args: &[JValue]) -> Answer {
    match args.first() {
        None | Some(JValue::Undefined) => Ok(JValue::Undefined),
        Some(JValue::String(text)) => strict_json(text)
            .map(|value| convert::to_evaluator(&value))
            .ok_or_else(|| failure("D3137: Invalid JSON")),
        Some(_) => Err(signature(1, "parse")),
    }
}

/// JSON as the service reads it: one document, no member twice, no number beyond all numbers.
fn strict_json(text: &str) -> Option<serde_json::Value> {
    let (value, repeated) = crate::query::repeated::read(text).ok()?;
    repeated.is_empty().then_some(value)
}

/// `$uuid()`
fn uuid(random: &RefCell<fastrand::Rng>) -> Answer {
    let bytes = random.borrow_mut().u128(..).to_be_bytes();
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
    Ok(JValue::from(id.to_string()))
}

/// `$random()` and `$random(seed)`
fn draw(args: &[JValue], random: &RefCell<fastrand::Rng>) -> Answer {
    match args.first() {
        None | Some(JValue::Undefined) => Ok(JValue::Number(random.borrow_mut().f64())),
        Some(_) => Ok(JValue::Number(random::first(whole(args, 0, "random")?))),
    }
}

/// `$shuffle(array)`
fn shuffle(args: &[JValue], random: &RefCell<fastrand::Rng>) -> Answer {
    match args.first() {
        None | Some(JValue::Undefined) => Ok(JValue::Undefined),
        Some(JValue::Array(items)) => {
            let mut items: Vec<_> = items.iter().cloned().collect();
            random.borrow_mut().shuffle(&mut items);
            Ok(JValue::sequence(items))
        }
        Some(other) => Ok(other.clone()),
    }
}

/// A number as an argument, rounded towards zero.
fn whole(args: &[JValue], at: usize, name: &str) -> Result<i64, EvaluatorError> {
    match args.get(at) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the ends of the range stand for what is beyond them"
        )]
        Some(JValue::Number(number)) => Ok(number.trunc() as i64),
        _ => Err(signature(at + 1, name)),
    }
}

fn surplus(args: &[JValue]) -> Answer {
    let name = args.first().and_then(JValue::as_str).unwrap_or_default();
    let first = args.get(1).and_then(JValue::as_i64).unwrap_or_default();
    Err(signature(usize::try_from(first).unwrap_or_default(), name))
}

fn signature(argument: usize, name: &str) -> EvaluatorError {
    failure(&format!(
        "T0410: Argument {argument} of function \"{name}\" does not match function signature"
    ))
}

fn failure(text: &str) -> EvaluatorError {
    EvaluatorError::EvaluationError(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_in_order_so_that_they_can_be_searched() {
        assert!(NAMES.is_sorted());
        assert!(is_known("uuid") && !is_known("eval") && !is_known("order"));
    }
}
