//! Pass: hands its input, or a fixed result, on.

use super::evaluate::Seen;
use super::facts::SharedContext;
use super::failure::Failure;
use super::flow::{self, Done};
use super::frame::Visit;
use super::json::Json;
use crate::asl::Pass;

pub(super) fn run(shared: &SharedContext, visit: &Visit, pass: &Pass) -> Result<Done, Failure> {
    let result = match &pass.result {
        Some(result) => Json::from_value(result.clone()),
        None => flow::arguments(shared, visit, pass.parameters.as_ref())?,
    };
    let transition = pass.transition.clone();
    flow::done(shared, visit, Seen::root(&result), transition, || {
        flow::combine(visit, &pass.result_path, &result)
    })
}
