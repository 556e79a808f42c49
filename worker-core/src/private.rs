//! What expansions of the macros may touch; not a public interface.

use std::fmt;
use std::marker::PhantomData;

pub use std::clone::Clone;
pub use std::error::Error;
pub use std::fmt::Debug;
pub use std::marker::Copy;
pub use std::mem::drop;
pub use std::option::Option::{self, None, Some};
pub use std::primitive::str;
pub use std::result::Result::{self, Err, Ok};
pub use std::time::Duration;

pub use crate::activity::{Activity, ActivityOptions, Call};
pub use crate::description::{Description, ErrorInfo, Location, RetryHint};
pub use crate::failure::{
    ActivityError, Details, ErrorName, Failure, Part, assert_unshared, distinct, merged,
};
pub use crate::payload::Payload;
pub use crate::rate::Rate;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::extract::FromCall;
use crate::failure::IntoFailure;

/// The arguments of a handler as they are taken out of a call, one by one.
///
/// `State` says whether the input is still there, so that a second input is a compile error at
/// the argument itself.
pub struct Arguments<'call, State> {
    call: &'call Call,
    state: PhantomData<State>,
}

/// Begins to take arguments.
#[must_use]
pub fn arguments(call: &Call) -> Arguments<'_, InputLeft> {
    Arguments {
        call,
        state: PhantomData,
    }
}

impl<'call, State> Arguments<'call, State> {
    /// Takes the next argument; the compiler finds `Via`.
    ///
    /// # Errors
    ///
    /// `Worker.InputInvalid`: the input is not the JSON of a `T`.
    pub fn take<T, Via>(self) -> Result<(T, Arguments<'call, Via::Left>), Failure>
    where
        T: Argument<Via>,
        Via: TakenFrom<State>,
    {
        let rest = Arguments {
            call: self.call,
            state: PhantomData,
        };
        Ok((T::take(self.call)?, rest))
    }
}

/// An argument of a handler, whatever it is.
///
/// `ActivityContext` is not deserializable, so exactly one implementation fits each type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an activity",
    label = "neither deserializable nor `ActivityContext`",
    note = "the input needs `#[derive(serde::Deserialize)]`, as does every type in it",
    note = "an activity takes at most one input; every other argument is an `ActivityContext`"
)]
pub trait Argument<Via>: Sized {
    /// Says what must be there for it.
    fn describe(_description: &mut Description) {}

    /// Takes the argument out of the call.
    ///
    /// # Errors
    ///
    /// `Worker.InputInvalid`: the input is not the JSON of this type.
    fn take(call: &Call) -> Result<Self, Failure>;
}

/// Asks an argument what must be there for it; the compiler finds `Via`.
pub fn describe<T: Argument<Via>, Via>(description: &mut Description) {
    T::describe(description);
}

/// Marks the argument that is the input.
#[derive(Debug)]
#[non_exhaustive]
pub enum ViaInput {}

/// Marks an argument that is no input: an extractor.
#[derive(Debug)]
#[non_exhaustive]
pub enum ViaCall {}

#[diagnostic::do_not_recommend]
impl<T: FromCall> Argument<ViaCall> for T {
    fn describe(description: &mut Description) {
        T::describe(description);
    }

    fn take(call: &Call) -> Result<Self, Failure> {
        T::from_call(call)
    }
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Argument<ViaInput> for T {
    fn take(call: &Call) -> Result<Self, Failure> {
        call.input()
    }
}

/// The input has not been taken yet.
#[derive(Debug)]
#[non_exhaustive]
pub enum InputLeft {}

/// The input has been taken.
#[derive(Debug)]
#[non_exhaustive]
pub enum InputTaken {}

/// Whether an argument of this kind can be had from what is left.
#[diagnostic::on_unimplemented(
    message = "an activity takes one input, and this argument is a second one",
    label = "a second input",
    note = "a task brings one JSON value: make one struct of all inputs and take that"
)]
pub trait TakenFrom<State> {
    /// What is left afterwards.
    type Left;
}

impl TakenFrom<InputLeft> for ViaInput {
    type Left = InputTaken;
}

impl<State> TakenFrom<State> for ViaCall {
    type Left = State;
}

/// Makes sure that a handler's future may move between threads, and says so at the handler.
pub fn sendable<F: Future + Send>(future: F) -> impl Future<Output = F::Output> + Send {
    future
}

/// What a handler may return: a `Result`, under whatever name.
#[diagnostic::on_unimplemented(
    message = "an activity returns a `Result`, and `{Self}` is none",
    label = "not a `Result`",
    note = "return `Result<{Self}, Error>`, where the error is one of your own with \
            `#[derive(ActivityError)]`, `anyhow::Error`, or `Failure`"
)]
pub trait Returned {
    /// The output of the activity.
    type Output;
    /// The error of the activity.
    type Error;

    /// The same as a plain `Result`.
    ///
    /// # Errors
    ///
    /// The handler's own.
    fn result(self) -> Result<(Self::Output,), (Self::Error,)>;
}

impl<T, E> Returned for Result<T, E> {
    type Output = T;
    type Error = E;

    fn result(self) -> Result<(T,), (E,)> {
        match self {
            Ok(output) => Ok((output,)),
            Err(error) => Err((error,)),
        }
    }
}

/// Looks at what a handler returned.
///
/// # Errors
///
/// The handler's own.
pub fn result<R: Returned>(returned: R) -> Result<(R::Output,), (R::Error,)> {
    returned.result()
}

/// What can be the output of an activity: all that can be encoded as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the output of an activity",
    label = "not serializable",
    note = "the output needs `#[derive(serde::Serialize)]`, as does every type in it"
)]
pub trait Output: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Output for T {}

/// Encodes the output.
///
/// # Errors
///
/// As [`Call::output`].
pub fn output<T: Output>(output: T) -> Result<Payload, Failure> {
    Call::output::<T, Failure>(Ok(output))
}

/// Gives the error its name.
pub fn failure<E: IntoFailure>(error: E) -> Failure {
    error.into_failure()
}

impl<State> Debug for Arguments<'_, State> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arguments").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(feature = "macros")]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::activity;
    use crate::blocking::BlockingPool;
    use crate::context::ActivityContext;
    use crate::departure::Departure;
    use crate::failure::names;

    #[derive(Deserialize)]
    struct Order {
        id: u64,
    }

    #[derive(Serialize)]
    struct Receipt {
        order: u64,
        activity: String,
    }

    #[derive(Debug, thiserror::Error, crate::ActivityError)]
    #[activity_error(crate = crate)]
    enum ChargeError {
        #[error("order {0} is free")]
        Free(u64),
    }

    #[activity(crate = crate)]
    async fn charge(context: ActivityContext, order: Order) -> Result<Receipt, ChargeError> {
        if order.id == 0 {
            return Err(ChargeError::Free(order.id));
        }
        Ok(Receipt {
            order: order.id,
            activity: context.activity().to_string(),
        })
    }

    #[activity(crate = crate, blocking)]
    fn sum(mut numbers: Vec<u64>) -> Result<u64, Failure> {
        let worker_thread = std::thread::current().name().unwrap_or_default().to_owned();
        assert!(worker_thread.starts_with("activity-"), "{worker_thread}");
        numbers.push(1);
        Ok(numbers.iter().sum())
    }

    #[activity(crate = crate)]
    async fn nothing() -> Result<(), Failure> {
        Ok(())
    }

    async fn run<A: Activity>(input: &str) -> Result<String, Failure> {
        let context = ActivityContext::new(
            A::NAME.parse().unwrap(),
            "worker".parse().unwrap(),
            crate::TaskToken::new("token"),
            None,
            Departure::default(),
        );
        let call = Call::new(Payload::new(input), context, BlockingPool::default());
        A::run(call).await.map(|output| output.as_str().to_owned())
    }

    #[tokio::test]
    async fn a_handler_is_given_what_its_types_ask_for() {
        let output = run::<charge>(r#"{"id": 7}"#).await.unwrap();
        assert_eq!(output, r#"{"order":7,"activity":"charge"}"#);
    }

    #[tokio::test]
    async fn an_error_is_sent_under_its_name() {
        let failure = run::<charge>(r#"{"id": 0}"#).await.unwrap_err();
        assert_eq!(failure.error(), "Free");
        assert_eq!(failure.cause(), "order 0 is free");
    }

    #[tokio::test]
    async fn an_input_of_another_shape_never_reaches_the_handler() {
        let failure = run::<charge>(r#"{"number": 7}"#).await.unwrap_err();
        assert_eq!(failure.error(), names::INPUT_INVALID);
        assert!(
            failure.cause().contains("activity charge"),
            "{}",
            failure.cause()
        );
    }

    #[tokio::test]
    async fn a_blocking_handler_runs_on_a_thread_of_the_worker() {
        assert_eq!(run::<sum>("[1, 2]").await.unwrap(), "4");
    }

    #[tokio::test]
    async fn a_handler_without_input_takes_any_input() {
        assert_eq!(run::<nothing>("not even JSON").await.unwrap(), "null");
    }
}
