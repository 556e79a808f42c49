//! A local retry: what passes within a second is not worth a state transition.
//!
//! Retries belong to the state machine, which remembers them across workers, shows them in its
//! history and pays for each. This is for trouble that is over sooner than the service could
//! hand the task out again.

use std::pin::Pin;
use std::time::Duration;

use sfn_worker_core::{Call, Failure, Payload};
use tokio::time::sleep;
use tower::retry::Policy;

/// Repeats calls that fail in one way, each time after twice the pause.
#[derive(Debug, Clone)]
pub(crate) struct Again {
    /// The failure that is worth another attempt.
    pub(crate) error: &'static str,
    /// How many attempts may follow the first one.
    pub(crate) attempts: u32,
    /// How long to wait before the next one.
    pub(crate) pause: Duration,
}

impl Policy<Call, Payload, Failure> for Again {
    type Future = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

    fn retry(
        &mut self,
        call: &mut Call,
        result: &mut Result<Payload, Failure>,
    ) -> Option<Self::Future> {
        let passing = matches!(result, Err(failure) if failure.error() == self.error);
        if !passing || self.attempts == 0 || call.context().is_cancelled() {
            return None;
        }
        self.attempts -= 1;
        let pause = self.pause;
        self.pause *= 2;
        // The worker ends this wait with the task.
        Some(Box::pin(sleep(pause)))
    }

    fn clone_request(&mut self, call: &Call) -> Option<Call> {
        // Cheap: input and context are shared.
        Some(call.clone())
    }
}
