//! Choice: goes where the first rule that holds leads.

use super::facts::SharedContext;
use super::failure::Failure;
use super::flow;
use super::frame::Visit;
use super::json::Json;
use crate::asl::{Choice, Transition};

/// The service's own words. It does not use `States.NoChoiceMatched`, which the language
/// describes for this case.
const NO_NEXT_STATE: &str =
    "Failed to transition out of the state. The state does not point to a next state.";

pub(super) fn run(
    shared: &SharedContext,
    visit: &Visit,
    choice: &Choice,
) -> Result<(Json, Transition), Failure> {
    let input = flow::effective_input(shared, visit)?;
    let chosen = choice
        .next(visit.scope(shared, &input))
        .map_err(|error| flow::query_failure(visit, &error))?;
    let next = chosen.ok_or_else(|| Failure::runtime(visit, NO_NEXT_STATE))?;
    Ok((
        flow::output(shared, visit, &input)?,
        Transition::Next(next.to_owned()),
    ))
}
