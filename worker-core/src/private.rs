//! What expansions of the macros may touch; not a public interface.

use std::fmt;
use std::marker::PhantomData;

pub use std::error::Error;
pub use std::fmt::Debug;
pub use std::mem::drop;
pub use std::primitive::str;
pub use std::result::Result::{self, Err, Ok};
pub use std::time::Duration;

pub use crate::activity::{Activity, ActivityOptions, Call};
pub use crate::failure::{ActivityError, ErrorName, Failure};
pub use crate::payload::Payload;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::ActivityContext;
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
    pub fn take<T, Via>(self) -> Result<(T, Arguments<'call, State::Then>), Failure>
    where
        T: Argument<Via>,
        State: Gives<Via>,
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
    note = "if it is the input, add `#[derive(serde::Deserialize)]` to `{Self}`",
    note = "an activity takes at most one input; every other argument is an `ActivityContext`"
)]
pub trait Argument<Via>: Sized {
    /// Takes the argument out of the call.
    ///
    /// # Errors
    ///
    /// `Worker.InputInvalid`: the input is not the JSON of this type.
    fn take(call: &Call) -> Result<Self, Failure>;
}

/// Marks the argument that is the input.
#[derive(Debug)]
pub enum ViaInput {}

/// Marks an argument that is taken from the task's context.
#[derive(Debug)]
pub enum ViaContext {}

impl Argument<ViaContext> for ActivityContext {
    fn take(call: &Call) -> Result<Self, Failure> {
        Ok(call.context().clone())
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
pub enum InputLeft {}

/// The input has been taken.
#[derive(Debug)]
pub enum InputTaken {}

/// Whether an argument of one kind can still be had.
#[diagnostic::on_unimplemented(
    message = "an activity takes one input, and this argument is a second one",
    label = "a second input",
    note = "a task brings one JSON value: make one struct of both and take that"
)]
pub trait Gives<Via> {
    /// What is left afterwards.
    type Then;
}

impl Gives<ViaInput> for InputLeft {
    type Then = InputTaken;
}

impl Gives<ViaContext> for InputLeft {
    type Then = Self;
}

impl Gives<ViaContext> for InputTaken {
    type Then = Self;
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
    note = "add `#[derive(serde::Serialize)]` to `{Self}`"
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
