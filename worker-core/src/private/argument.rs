//! The arguments of a handler, as they are taken out of a call.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::activity::Call;
use crate::extract::FromCall;
use crate::failure::Failure;

/// The arguments of a handler as they are taken out of a call, one by one.
///
/// `State` says whether the input is still there, so that a second input is a compile error at
/// the argument itself.
pub struct Arguments<'call, State> {
    call: &'call Call,
    unknown_fields: UnknownFields,
    state: PhantomData<State>,
}

/// What is done about fields of the input that nobody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownFields {
    /// They are passed over.
    Allow,
    /// The input is invalid.
    Refuse,
}

/// Begins to take arguments.
#[must_use]
pub fn arguments(call: &Call) -> Arguments<'_, InputLeft> {
    Arguments::new(call, UnknownFields::Allow)
}

/// Begins to take arguments, where the input may have no fields that nobody asked for.
#[must_use]
pub fn arguments_strict(call: &Call) -> Arguments<'_, InputLeft> {
    Arguments::new(call, UnknownFields::Refuse)
}

impl<'call, State> Arguments<'call, State> {
    fn new(call: &'call Call, unknown_fields: UnknownFields) -> Self {
        Self {
            call,
            unknown_fields,
            state: PhantomData,
        }
    }

    /// Takes the next argument; the compiler finds `Via`.
    ///
    /// # Errors
    ///
    /// `Worker.InputInvalid`: the input is not the JSON of a `T`; or the extractor's own.
    pub fn take<T, Via>(self) -> Result<(T, Arguments<'call, Via::Left>), Failure>
    where
        T: Argument<Via>,
        Via: TakenFrom<State>,
    {
        let argument = T::take(self.call, self.unknown_fields)?;
        Ok((argument, Arguments::new(self.call, self.unknown_fields)))
    }
}

/// An argument of a handler, whatever it is.
///
/// No extractor is deserializable, so exactly one implementation fits each type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an activity",
    label = "neither deserializable nor an extractor",
    note = "the input needs `#[derive(serde::Deserialize)]`, as does every type in it",
    note = "every other argument is an extractor: `ActivityContext`, `State<T>` of a `T` that is \
            `Send + Sync`, an `Option` of one that can be absent, or a type of your own that \
            implements `FromCall`"
)]
pub trait Argument<Via>: Sized {
    /// Takes the argument out of the call.
    ///
    /// # Errors
    ///
    /// `Worker.InputInvalid`: the input is not the JSON of this type; or the extractor's own.
    fn take(call: &Call, unknown_fields: UnknownFields) -> Result<Self, Failure>;
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
    fn take(call: &Call, _unknown_fields: UnknownFields) -> Result<Self, Failure> {
        T::from_call(call)
    }
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Argument<ViaInput> for T {
    fn take(call: &Call, unknown_fields: UnknownFields) -> Result<Self, Failure> {
        match unknown_fields {
            UnknownFields::Allow => call.input(),
            UnknownFields::Refuse => call.input_strict(),
        }
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
    note = "a task brings one JSON value: make one struct of all inputs and take that",
    note = "an argument that is deserializable is an input; what comes from elsewhere is an \
            extractor, such as `State<T>`"
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

impl<State> fmt::Debug for Arguments<'_, State> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arguments").finish_non_exhaustive()
    }
}
