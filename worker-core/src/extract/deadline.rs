//! When the time limit of a task passes, as an argument of a handler: `Deadline`.

use std::time::Duration;

use tokio::time::Instant;

use super::{FromCall, OptionalFromCall, envelope_missing};
use crate::activity::Call;
use crate::description::Description;
use crate::failure::Failure;

/// When the time limit of a task passes, for handlers that hand what is left of it on to
/// what they call.
///
/// The limit is the `timeout` of the activity or the `timeoutSeconds` of the
/// [`Envelope`](crate::Envelope), whichever is shorter, and counts from the receipt of the task.
/// A task without any is failed as `Worker.EnvelopeMissing` before the handler runs. A handler
/// that can do without takes an `Option<Deadline>`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sfn_worker_core::{Deadline, Failure, activity};
/// # async fn ask(_: Duration) -> Result<u64, Failure> { Ok(7) }
///
/// #[activity(timeout = "30s")]
/// async fn quote(deadline: Deadline) -> Result<u64, Failure> {
///     // Leaves a second to say why nothing came of it.
///     ask(deadline.time_left().saturating_sub(Duration::from_secs(1))).await
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deadline {
    at: Instant,
}

impl Deadline {
    /// A deadline at a point in time, for calling a handler in a test.
    #[must_use]
    pub const fn new(at: Instant) -> Self {
        Self { at }
    }

    /// When it passes.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.at
    }

    /// How much time is left; none is when it has passed.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Whether it has passed.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.time_left().is_zero()
    }
}

impl FromCall for Deadline {
    fn describe(description: &mut Description) {
        description.add_envelope_field("timeoutSeconds");
    }

    fn from_call(call: &Call) -> Result<Self, Failure> {
        Self::optional_from_call(call)?
            .ok_or_else(|| envelope_missing(call, "Deadline", &["timeoutSeconds"]))
    }
}

impl OptionalFromCall for Deadline {
    fn optional_from_call(call: &Call) -> Result<Option<Self>, Failure> {
        Ok(call.context().deadline().map(Self::new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_runs_down_to_nothing() {
        let deadline = Deadline::new(Instant::now() + Duration::from_secs(3));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(deadline.time_left(), Duration::from_secs(1));
        assert!(!deadline.has_passed());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(deadline.time_left(), Duration::ZERO);
        assert!(deadline.has_passed());
    }
}
