//! Succeed: ends its graph, and with the outermost graph the execution, well.

use super::facts::SharedContext;
use super::failure::Failure;
use super::flow;
use super::frame::Visit;
use super::json::Json;
use crate::asl::Transition;

pub(super) fn run(shared: &SharedContext, visit: &Visit) -> Result<(Json, Transition), Failure> {
    Ok((flow::unchanged(shared, visit)?, Transition::End))
}
