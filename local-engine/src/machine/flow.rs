//! How data flows through a state: `InputPath`, `Parameters`, the work, `ResultSelector`,
//! `ResultPath`, `OutputPath`, or in JSONata `Arguments`, the work and `Output`; `Assign` in
//! either language, and the limit on what may come out.

use std::sync::Arc;

use serde_json::Value;

use super::assign::Assigned;
use super::depth;
use super::evaluate::{self, Seen};
use super::facts::SharedContext;
use super::failure::Failure;
use super::frame::Visit;
use super::json::Json;
use crate::asl::{Catcher, PathField, Payload, ResultPath, Transition, Work};
use crate::query::{JsonPath, PathError};

/// The service's limit on the bytes of an input, an output or a result.
pub(super) const DATA_LIMIT: usize = 262_144;

/// The input after `InputPath`.
pub(super) fn effective_input(shared: &SharedContext, visit: &Visit) -> Result<Json, Failure> {
    select(shared, visit, &visit.state.input_path, &visit.input)
}

/// The input after `InputPath` and `Parameters`, or what `Arguments` says.
pub(super) fn arguments(
    shared: &SharedContext,
    visit: &Visit,
    parameters: Option<&Payload>,
) -> Result<Json, Failure> {
    let input = effective_input(shared, visit)?;
    apply(shared, visit, parameters, input)
}

/// What a state leaves behind when it is done.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) output: Json,
    pub(super) assigned: Assigned,
    pub(super) transition: Transition,
}

/// The end of a state that hands its effective input on.
pub(super) fn unchanged(
    shared: &SharedContext,
    visit: &Visit,
    transition: Transition,
) -> Result<Done, Failure> {
    let input = effective_input(shared, visit)?;
    done(shared, visit, Seen::root(&input), transition, || {
        Ok(input.clone())
    })
}

/// The end of a Task, Parallel or Map whose work has this result.
pub(super) fn work_done(
    shared: &SharedContext,
    visit: &Visit,
    work: &Work,
    result: &Json,
) -> Result<Done, Failure> {
    let transition = work.transition.clone();
    done(shared, visit, Seen::result(result), transition, || {
        let result = apply(shared, visit, work.result_selector.as_ref(), result.clone())?;
        combine(visit, &work.result_path, &result)
    })
}

/// The end of a state: what `Assign` and `Output` say of what they see. A state without an
/// `Output` hands the combined value on, after `OutputPath`.
pub(super) fn done(
    shared: &SharedContext,
    visit: &Visit,
    seen: Seen<'_>,
    transition: Transition,
    combined: impl FnOnce() -> Result<Json, Failure>,
) -> Result<Done, Failure> {
    let state = &visit.state;
    let assigned = Assigned::evaluate(shared, visit, state.assign.as_ref(), seen)?;
    let output = match &state.output {
        Some(payload) => within_limit(visit, evaluate::payload(shared, visit, payload, seen)?)?,
        None => output(shared, visit, &combined()?)?,
    };
    Ok(Done {
        output,
        assigned,
        transition,
    })
}

/// The end of a state whose failure was caught: `OutputPath` has no part in it.
pub(super) fn caught(
    shared: &SharedContext,
    visit: &Visit,
    catcher: &Catcher,
    failure: &Failure,
) -> Result<Done, Failure> {
    let error_output = Json::from_value(failure.error_output());
    let seen = Seen::error_output(&error_output);
    let assigned = Assigned::evaluate(shared, visit, catcher.assign.as_ref(), seen)?;
    let output = match &catcher.output {
        Some(payload) => evaluate::payload(shared, visit, payload, seen)?,
        None => combine(visit, &catcher.result_path, &error_output)?,
    };
    Ok(Done {
        output: within_limit(visit, output)?,
        assigned,
        transition: Transition::Next(catcher.next.clone()),
    })
}

/// Puts a result where `ResultPath` says.
pub(super) fn combine(visit: &Visit, path: &ResultPath, result: &Json) -> Result<Json, Failure> {
    match path {
        ResultPath::Whole => Ok(result.clone()),
        ResultPath::Discard => Ok(visit.input.clone()),
        ResultPath::Reference(path) => {
            let combined = path.write(visit.input.value().clone(), result.value().clone());
            combined
                .map(Json::from_value)
                .map_err(|error| query_failure(visit, &error))
        }
    }
}

/// Applies `OutputPath` and the limit.
pub(super) fn output(shared: &SharedContext, visit: &Visit, value: &Json) -> Result<Json, Failure> {
    within_limit(
        visit,
        select(shared, visit, &visit.state.output_path, value)?,
    )
}

/// What a path of a field with this name leads to.
pub(super) fn find(
    shared: &SharedContext,
    visit: &Visit,
    input: &Json,
    path: &JsonPath,
    field: &str,
) -> Result<Value, Failure> {
    let found = path.find_for_field(visit.scope(shared, input), field);
    found
        .map(std::borrow::Cow::into_owned)
        .map_err(|error| query_failure(visit, &error))
}

/// A count or number of seconds that a path of a field with this name leads to.
pub(super) fn find_integer(
    shared: &SharedContext,
    visit: &Visit,
    input: &Json,
    path: &JsonPath,
    field: &str,
) -> Result<i64, Failure> {
    let found = find(shared, visit, input, path, field)?;
    // A text will do if it is a number.
    let number = found.as_i64().or_else(|| found.as_str()?.parse().ok());
    number.ok_or_else(|| {
        let shown = shown(&found);
        let message = format!(
            "The {field} field refers to value \"{shown}\" which is not a valid integer: {path}"
        );
        Failure::runtime(visit, &message)
    })
}

/// A value in a message: a text without quotes, anything else as JSON.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), Into::into)
}

/// The failure that a query ends in.
pub(super) fn query_failure(visit: &Visit, error: &PathError) -> Failure {
    Failure::named(visit, error.error_name(), &error.to_string())
}

/// Refuses a value above the service's limit.
pub(super) fn within_limit(visit: &Visit, value: Json) -> Result<Json, Failure> {
    if value.text().len() > DATA_LIMIT {
        Err(Failure::data_limit(&visit.name))
    } else if depth::is_too_deep(value.text()) {
        let limit = depth::LIMIT;
        let message = format!("The output of the state nests deeper than {limit} levels.");
        Err(Failure::runtime(visit, &message))
    } else {
        Ok(value)
    }
}

fn select(
    shared: &SharedContext,
    visit: &Visit,
    field: &PathField,
    value: &Json,
) -> Result<Json, Failure> {
    match field {
        PathField::Whole => Ok(value.clone()),
        PathField::Nothing => Ok(Json::empty_object()),
        PathField::Path(path) => {
            let found = path.find(visit.scope(shared, value));
            found
                .map(|found| Json::from_value(found.into_owned()))
                .map_err(|error| query_failure(visit, &error))
        }
    }
}

/// The role of `Credentials`.
pub(super) fn role(
    shared: &SharedContext,
    visit: &Visit,
    credentials: Option<&Payload>,
) -> Result<Option<Arc<str>>, Failure> {
    let Some(credentials) = credentials else {
        return Ok(None);
    };
    let input = effective_input(shared, visit)?;
    let filled = apply(shared, visit, Some(credentials), input)?;
    Ok(filled.value()["RoleArn"].as_str().map(Into::into))
}

/// The value of a payload that sees this value, or the value itself if there is none.
fn apply(
    shared: &SharedContext,
    visit: &Visit,
    payload: Option<&Payload>,
    value: Json,
) -> Result<Json, Failure> {
    match payload {
        Some(payload) => evaluate::payload(shared, visit, payload, Seen::root(&value)),
        None => Ok(value),
    }
}
