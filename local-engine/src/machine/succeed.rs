//! Succeed: ends its graph, and with the outermost graph the execution, well.

use super::facts::SharedContext;
use super::failure::Failure;
use super::flow::{self, Done};
use super::frame::Visit;
use crate::asl::Transition;

pub(super) fn run(shared: &SharedContext, visit: &Visit) -> Result<Done, Failure> {
    flow::unchanged(shared, visit, Transition::End)
}
