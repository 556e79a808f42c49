//! An activity: a name, options and a handler. Written by `#[activity]`, or by hand.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::blocking::BlockingPool;
use crate::context::ActivityContext;
use crate::decode::{DecodeError, decode, decode_strict};
use crate::description::Description;
use crate::failure::{ErrorName, Failure, IntoFailure, names};
use crate::payload::Payload;
use crate::rate::Rate;
use crate::state::States;

/// A named unit of work that a worker can be given.
///
/// `#[activity]` on a function makes a type of the same name that implements this trait; the
/// function itself stays as it is and can be called in tests.
///
/// # Examples
///
/// By hand:
///
/// ```
/// use sfn_worker_core::{Activity, Call, Failure, Payload};
///
/// struct Double;
///
/// impl Activity for Double {
///     const NAME: &'static str = "double";
///
///     async fn run(call: Call) -> Result<Payload, Failure> {
///         let number: u32 = call.input()?;
///         Call::output::<_, Failure>(Ok(number * 2))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activity",
    label = "not an activity",
    note = "put `#[activity]` on the function and register it by its name: `.activity::<name>()`"
)]
pub trait Activity: 'static {
    /// The name under which the service knows the activity.
    const NAME: &'static str;

    /// What the attribute says; configuration can override each option.
    const OPTIONS: ActivityOptions = ActivityOptions::new();

    /// Says what the activity does, what it needs and how it can fail.
    fn describe(_description: &mut Description) {}

    /// Runs the handler for one task.
    ///
    /// # Cancel safety
    ///
    /// The worker drops the future when the task was cancelled and the handler did not stop by
    /// itself.
    fn run(call: Call) -> impl Future<Output = Result<Payload, Failure>> + Send;
}

/// The options of an activity; what is not set is decided by the worker's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ActivityOptions {
    /// How often the worker says that a task is alive.
    pub heartbeat: Option<Duration>,
    /// How long a handler may run.
    pub timeout: Option<Duration>,
    /// How many tasks of the activity run at a time.
    pub concurrency: Option<usize>,
    /// The state's `HeartbeatSeconds`: how long the service waits for a heartbeat.
    pub heartbeat_timeout: Option<Duration>,
    /// How long a handler may show no sign of life.
    pub stall_after: Option<Duration>,
    /// How many tasks of the activity may start in a span of time.
    pub rate: Option<Rate>,
}

/// One task on its way into a handler: the input and the context.
///
/// Clones are cheap and speak of the same task; a layer that repeats a call needs one.
#[derive(Debug, Clone)]
pub struct Call {
    input: Payload,
    context: ActivityContext,
    blocking: BlockingPool,
    states: States,
}

impl ActivityOptions {
    /// No option set.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            heartbeat: None,
            timeout: None,
            concurrency: None,
            heartbeat_timeout: None,
            stall_after: None,
            rate: None,
        }
    }

    /// Sets how often the worker says that a task is alive: a third of the state's
    /// `HeartbeatSeconds` leaves room for two lost heartbeats.
    #[must_use]
    pub const fn with_heartbeat(mut self, every: Duration) -> Self {
        self.heartbeat = Some(every);
        self
    }

    /// Sets how long a handler may run before it is cancelled and failed as `States.Timeout`.
    #[must_use]
    pub const fn with_timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Sets how many tasks of the activity run at a time in one worker.
    #[must_use]
    pub const fn with_concurrency(mut self, tasks: usize) -> Self {
        self.concurrency = Some(tasks);
        self
    }

    /// Sets how long the service waits for a heartbeat, as the state's `HeartbeatSeconds` says.
    /// Heartbeats then go out in a third of that time unless the interval is given too, and
    /// a task that could not be kept alive for so long is cancelled.
    #[must_use]
    pub const fn with_heartbeat_timeout(mut self, limit: Duration) -> Self {
        self.heartbeat_timeout = Some(limit);
        self
    }

    /// Sets how long a handler may show no sign of life before it is cancelled and failed as
    /// `Worker.Stalled`. Signs of life are `progress`, `check` and `heartbeat` of its
    /// [`ActivityContext`].
    #[must_use]
    pub const fn with_stall_after(mut self, silence: Duration) -> Self {
        self.stall_after = Some(silence);
        self
    }

    /// Sets how many tasks of the activity may start in a span of time in one worker.
    #[must_use]
    pub const fn with_rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }
}

impl Call {
    pub(crate) fn new(input: Payload, context: ActivityContext, blocking: BlockingPool) -> Self {
        Self {
            input,
            context,
            blocking,
            states: States::default(),
        }
    }

    /// The same call with the values that handlers share.
    pub(crate) fn with_states(mut self, states: States) -> Self {
        self.states = states;
        self
    }

    pub(crate) fn states(&self) -> &States {
        &self.states
    }

    /// The input as it came.
    #[must_use]
    pub fn payload(&self) -> &Payload {
        &self.input
    }

    /// The same call with another input, for a layer that prepares inputs.
    #[must_use]
    pub fn with_payload(mut self, input: Payload) -> Self {
        self.input = input;
        self
    }

    /// Decodes the input; fields that the type does not have are passed over.
    ///
    /// # Errors
    ///
    /// `Worker.InputInvalid`: the input is not the JSON of a `T`. The cause names the activity,
    /// the path, what was expected and what kind of value was found, without the values of the
    /// input and without names that the type does not know.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        decode(self.input.as_str()).map_err(|error| self.input_invalid::<T>(&error))
    }

    /// Decodes the input, and refuses fields that the type does not have, anywhere in it.
    ///
    /// Two things cannot be looked into: what `#[serde(flatten)]` collects, and enums whose
    /// variant serde chooses by its contents (`tag`, `untagged`).
    ///
    /// # Errors
    ///
    /// `Worker.InputInvalid`: the input is not the JSON of a `T`, or has more fields. The cause
    /// is as that of [`input`](Self::input), and names an unknown field only if it looks like a
    /// slip of one that the type knows.
    pub fn input_strict<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        decode_strict(self.input.as_str()).map_err(|error| self.input_invalid::<T>(&error))
    }

    fn input_invalid<T>(&self, error: &DecodeError) -> Failure {
        let activity = self.context.activity();
        let expected = std::any::type_name::<T>();
        let cause =
            format!("the input of activity {activity} cannot be read as `{expected}`: {error}");
        Failure::reserved(names::INPUT_INVALID, cause)
    }

    /// The context of the task.
    #[must_use]
    pub fn context(&self) -> &ActivityContext {
        &self.context
    }

    /// Runs a blocking handler on the worker's own threads.
    ///
    /// # Panics
    ///
    /// A panic of the handler goes on here.
    ///
    /// # Cancel safety
    ///
    /// Dropped midway, the closure still runs to its end; its result is thrown away.
    pub async fn blocking<T: Send + 'static>(
        &self,
        handler: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let running = Running::new(self.context.clone());
        self.blocking
            .run(move || {
                let _running = running;
                handler()
            })
            .await
    }

    /// Turns what a handler returned into what the worker reports.
    ///
    /// Its size is looked at later: a layer may still put something smaller in its place.
    ///
    /// # Errors
    ///
    /// The handler's own failure; `Worker.OutputInvalid` when the output does not encode.
    pub fn output<T: Serialize, E: IntoFailure>(result: Result<T, E>) -> Result<Payload, Failure> {
        let output = result.map_err(IntoFailure::into_failure)?;
        Payload::encode(&output).map_err(|error| {
            Failure::from_error(ErrorName::from_static(names::OUTPUT_INVALID), &error)
        })
    }
}

/// Notes for as long as it lives that the handler of a task blocks a thread.
struct Running(ActivityContext);

impl Running {
    fn new(context: ActivityContext) -> Self {
        context.threads().taken();
        Self(context)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.threads().freed();
    }
}

impl fmt::Display for ActivityOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(every) = self.heartbeat {
            parts.push(format!("heartbeat {every:?}"));
        }
        if let Some(limit) = self.timeout {
            parts.push(format!("timeout {limit:?}"));
        }
        if let Some(tasks) = self.concurrency {
            parts.push(format!("concurrency {tasks}"));
        }
        if let Some(limit) = self.heartbeat_timeout {
            parts.push(format!("heartbeat timeout {limit:?}"));
        }
        if let Some(silence) = self.stall_after {
            parts.push(format!("stall after {silence:?}"));
        }
        if let Some(rate) = self.rate {
            parts.push(format!("rate {rate}"));
        }
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_that_does_not_encode_has_its_own_name() {
        let keyed_by_list = std::collections::BTreeMap::from([(vec![1], 2)]);
        let failure = Call::output::<_, Failure>(Ok(keyed_by_list)).unwrap_err();
        assert_eq!(failure.error(), names::OUTPUT_INVALID);
    }
}
