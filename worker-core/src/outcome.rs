//! What a run came to.

use crate::failure::{Failure, names};
use crate::payload::Payload;

/// What a run came to; closed, because every outcome has its own answer to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a run ends in one of three ways")]
pub enum Outcome {
    /// The handler returned an output: reported with `SendTaskSuccess`.
    Succeeded(Payload),
    /// The task failed: reported with `SendTaskFailure`.
    Failed(Failure),
    /// The service no longer wants the task: nothing is reported.
    Abandoned,
}

impl Outcome {
    /// The outcome of a handler, with all its layers, that returned this.
    ///
    /// An output above [`Payload::LIMIT`] is `States.DataLimitExceeded`: no earlier than here,
    /// because a layer may have put something smaller in its place.
    pub(crate) fn of(result: Result<Payload, Failure>) -> Self {
        match result {
            Ok(output) if output.len() > Payload::LIMIT => Self::Failed(Failure::reserved(
                names::DATA_LIMIT_EXCEEDED,
                format!(
                    "the output has {} bytes: the service takes {}",
                    output.len(),
                    Payload::LIMIT
                ),
            )),
            Ok(output) => Self::Succeeded(output),
            Err(failure) => Self::Failed(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_above_the_limit_has_its_own_name() {
        let fits = Payload::new("x".repeat(Payload::LIMIT));
        assert_eq!(Outcome::of(Ok(fits.clone())), Outcome::Succeeded(fits));
        let output = Payload::new("x".repeat(Payload::LIMIT + 1));
        let Outcome::Failed(failure) = Outcome::of(Ok(output)) else {
            panic!("it was taken");
        };
        assert_eq!(failure.error(), names::DATA_LIMIT_EXCEEDED);
        assert!(
            failure.cause().contains("262145 bytes"),
            "{}",
            failure.cause()
        );
    }
}
