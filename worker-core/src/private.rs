//! What expansions of the macros may touch; not a public interface.

pub use crate::activity::{Activity, ActivityOptions, Call};
pub use crate::context::ActivityContext;
pub use crate::failure::{ActivityError, ErrorName, Failure, IntoFailure};
pub use crate::payload::Payload;
pub use serde::Serialize;
pub use serde::de::DeserializeOwned;
pub use std::time::Duration;

/// An argument of a handler, whatever it is: the compiler finds the marker `Via`.
///
/// `ActivityContext` is not deserializable, so exactly one implementation fits each type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an activity",
    label = "neither deserializable nor `ActivityContext`",
    note = "the input of an activity needs `#[derive(serde::Deserialize)]`; the other \
            argument may be an `ActivityContext`"
)]
pub trait Argument<Via>: Sized {
    /// 1 if the argument is the input of the task.
    const INPUTS: usize;

    /// Takes the argument out of the call.
    fn take(call: &Call) -> Result<Self, Failure>;
}

/// Marks the argument that is the input.
#[derive(Debug)]
pub enum ViaInput {}

/// Marks an argument that is taken from the task's context.
#[derive(Debug)]
pub enum ViaContext {}

impl Argument<ViaContext> for ActivityContext {
    const INPUTS: usize = 0;

    fn take(call: &Call) -> Result<Self, Failure> {
        Ok(call.context().clone())
    }
}

impl<T: DeserializeOwned + Send> Argument<ViaInput> for T {
    const INPUTS: usize = 1;

    fn take(call: &Call) -> Result<Self, Failure> {
        call.input()
    }
}

/// Counts how many of a handler's arguments are inputs, by the types alone.
pub const fn inputs<Via, T: Argument<Via>>(_: fn(T)) -> usize {
    T::INPUTS
}
