//! Choice: goes where the first rule that holds leads.

use super::assign::Assigned;
use super::evaluate::{self, Seen};
use super::facts::SharedContext;
use super::failure::Failure;
use super::flow::{self, Done};
use super::frame::Visit;
use super::json::Json;
use crate::asl::{Choice, ChoiceBranch, ChoiceRule, Condition, Transition};

/// The service's own words. It does not use `States.NoChoiceMatched`, which the language
/// describes for this case.
const NO_NEXT_STATE: &str =
    "Failed to transition out of the state. The state does not point to a next state.";

pub(super) fn run(shared: &SharedContext, visit: &Visit, choice: &Choice) -> Result<Done, Failure> {
    let input = flow::effective_input(shared, visit)?;
    for branch in &choice.choices {
        if holds(shared, visit, &input, &branch.rule)? {
            return take(shared, visit, &input, branch);
        }
    }
    match &choice.default {
        Some(default) => flow::unchanged(shared, visit, Transition::Next(default.clone())),
        None => Err(Failure::runtime(visit, NO_NEXT_STATE)),
    }
}

fn holds(
    shared: &SharedContext,
    visit: &Visit,
    input: &Json,
    rule: &ChoiceRule,
) -> Result<bool, Failure> {
    match rule {
        ChoiceRule::Condition(Condition::Expression(expression)) => {
            evaluate::boolean(shared, visit, expression)
        }
        rule => rule
            .holds(visit.scope(shared, input))
            .map_err(|error| flow::query_failure(visit, &error)),
    }
}

/// The end of the state by way of one of its rules, which has its own `Assign` and `Output`.
fn take(
    shared: &SharedContext,
    visit: &Visit,
    input: &Json,
    branch: &ChoiceBranch,
) -> Result<Done, Failure> {
    let seen = Seen::root(input);
    let assigned = Assigned::evaluate(shared, visit, branch.assign.as_ref(), seen)?;
    let output = match &branch.output {
        Some(output) => flow::within_limit(visit, evaluate::payload(shared, visit, output, seen)?)?,
        None => flow::output(shared, visit, input)?,
    };
    Ok(Done {
        output,
        assigned,
        transition: Transition::Next(branch.next.clone()),
    })
}
