//! The execution that a task belongs to, as an argument of a handler: `Execution`.

use std::fmt;

use super::{FromCall, OptionalFromCall, envelope_missing};
use crate::activity::Call;
use crate::description::Description;
use crate::envelope::Envelope;
use crate::failure::Failure;

/// What the envelope must tell for it.
const FIELDS: [&str; 4] = ["execution", "state", "enteredTime", "retryCount"];

/// The execution that a task belongs to, taken from its [`Envelope`] as an argument of a
/// handler.
///
/// A task whose envelope does not tell all of it is failed as `Worker.EnvelopeMissing` before
/// the handler runs. A handler that can do without takes an `Option<Execution>`.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{Execution, Failure, activity};
///
/// #[activity]
/// async fn charge(
///     cents: u64,
///     Execution { id, attempt, .. }: Execution,
/// ) -> Result<String, Failure> {
///     Ok(format!("{cents} for {id}, attempt {attempt}"))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let execution = Execution::new(
///     "arn:aws:states:eu-west-1:123456789012:execution:Orders:run-1",
///     "Charge",
///     "2026-11-24T08:15:00.000Z",
///     2,
/// );
/// assert_eq!(execution.name.as_deref(), Some("run-1"));
/// assert_eq!(
///     charge(250, execution).await.unwrap(),
///     "250 for arn:aws:states:eu-west-1:123456789012:execution:Orders:run-1, attempt 2",
/// );
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Execution {
    /// The ARN of the execution.
    pub id: String,
    /// The name of the execution, where the ARN has one.
    pub name: Option<String>,
    /// The name of the state.
    pub state: String,
    /// When the state was entered, in the notation of the context object. It stays the same
    /// when the state is retried.
    pub entered_time: String,
    /// Which attempt at the state this is: 1 for the first, and one more for each retry.
    pub attempt: u32,
    /// Which item of a Map the task belongs to, if the envelope tells it.
    pub map_index: Option<u64>,
}

impl Execution {
    /// An execution, for calling a handler in a test.
    pub fn new(
        id: impl Into<String>,
        state: impl Into<String>,
        entered_time: impl Into<String>,
        attempt: u32,
    ) -> Self {
        let id = id.into();
        Self {
            name: part(&id, 7).map(str::to_owned),
            id,
            state: state.into(),
            entered_time: entered_time.into(),
            attempt,
            map_index: None,
        }
    }

    /// The name of the state machine, where the ARN has one.
    #[must_use]
    pub fn state_machine(&self) -> Option<&str> {
        part(&self.id, 6)
    }

    /// What an envelope tells, if it tells all of it.
    pub(crate) fn told(envelope: &Envelope) -> Option<Self> {
        let mut execution = Self::new(
            envelope.execution()?,
            envelope.state()?,
            envelope.entered_time()?,
            envelope.attempt()?,
        );
        execution.map_index = envelope.map_index();
        Some(execution)
    }
}

impl FromCall for Execution {
    fn describe(description: &mut Description) {
        for field in FIELDS {
            description.add_envelope_field(field);
        }
    }

    fn from_call(call: &Call) -> Result<Self, Failure> {
        Self::optional_from_call(call)?.ok_or_else(|| {
            let envelope = call.context().envelope();
            let told = [
                envelope.and_then(Envelope::execution).is_some(),
                envelope.and_then(Envelope::state).is_some(),
                envelope.and_then(Envelope::entered_time).is_some(),
                envelope.and_then(Envelope::attempt).is_some(),
            ];
            let missing = FIELDS.iter().zip(told).filter(|(_, told)| !told);
            let missing: Vec<&str> = missing.map(|(field, _)| *field).collect();
            envelope_missing(call, "Execution", &missing)
        })
    }
}

impl OptionalFromCall for Execution {
    fn optional_from_call(call: &Call) -> Result<Option<Self>, Failure> {
        Ok(call.context().execution())
    }
}

impl fmt::Debug for Execution {
    /// Shows numbers only: what came with an input stays out of logs unless it is asked for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Execution")
            .field("attempt", &self.attempt)
            .field("map_index", &self.map_index)
            .finish_non_exhaustive()
    }
}

/// A part of an ARN of the form
/// `arn:PARTITION:states:REGION:ACCOUNT:execution:MACHINE:NAME`; an express execution has one
/// part more at the end.
fn part(arn: &str, place: usize) -> Option<&str> {
    let parts: Vec<&str> = arn.split(':').collect();
    let is_execution =
        parts.first() == Some(&"arn") && matches!(parts.get(5), Some(&"execution" | &"express"));
    let part = parts
        .get(place)
        .filter(|part| is_execution && !part.is_empty())?;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn execution(id: &str) -> Execution {
        Execution::new(id, "Charge", "2026-11-24T08:15:00.000Z", 1)
    }

    #[test]
    fn names_are_parts_of_the_arn() {
        let standard = execution("arn:aws:states:eu-west-1:123456789012:execution:Orders:run-1");
        assert_eq!(standard.name.as_deref(), Some("run-1"));
        assert_eq!(standard.state_machine(), Some("Orders"));
        let express = execution("arn:aws:states:eu-west-1:123456789012:express:Orders:run:8f1c");
        assert_eq!(express.name.as_deref(), Some("run"));
        for id in [
            "",
            "run-1",
            "a:b:c:d:e:execution:f:g",
            "arn:aws:states:r:1:execution:O:",
        ] {
            assert_eq!(execution(id).name, None, "{id}");
        }
    }

    #[test]
    fn p10_an_execution_shows_its_numbers_only() {
        let shown = format!("{:?}", execution("canary"));
        assert_eq!(shown, "Execution { attempt: 1, map_index: None, .. }");
    }
}
