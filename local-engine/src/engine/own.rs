//! The engine as a service that state machines call: nested executions, and the SDK actions of
//! the service itself.

mod nested;
mod sdk;

use super::shared::Shared;
use crate::asl::Resource;
use crate::providers::{AnswerFuture, ServiceCall};

impl Shared {
    /// Answers `states:startExecution` and `aws-sdk:sfn:…`.
    pub(super) fn answer_own(&self, call: &ServiceCall) -> Option<AnswerFuture> {
        let Resource::Service(action) = call.resource() else {
            return None;
        };
        match (&*action.service, &*action.action) {
            ("states", "startExecution") => {
                Some(Box::pin(nested::start(self.me.clone(), call.clone())))
            }
            ("aws-sdk:sfn", _) => sdk::answer(&self.me, call),
            _ => None,
        }
    }
}
