//! Pass: hands its input, or a fixed result, on.

use super::facts::SharedContext;
use super::failure::Failure;
use super::flow;
use super::frame::Visit;
use super::json::Json;
use crate::asl::{Pass, Transition};

pub(super) fn run(
    shared: &SharedContext,
    visit: &Visit,
    pass: &Pass,
) -> Result<(Json, Transition), Failure> {
    let result = match &pass.result {
        Some(result) => Json::from_value(result.clone()),
        None => flow::arguments(shared, visit, pass.parameters.as_ref())?,
    };
    let combined = flow::combine(visit, &pass.result_path, &result)?;
    Ok((
        flow::output(shared, visit, &combined)?,
        pass.transition.clone(),
    ))
}
