//! Values of fields that several kinds of state share.

use crate::query::{JsonPath, ReferencePath};

/// Where the machine goes after a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transition {
    /// `Next`: to this state of the same graph.
    Next(String),
    /// `End`: the graph is done.
    End,
}

/// `InputPath` and `OutputPath`.
#[derive(Debug, Clone, PartialEq)]
pub enum PathField {
    /// Absent or `$`: the whole value.
    Whole,
    /// `null`: an empty object.
    Nothing,
    /// A part of the value, or of the context object.
    Path(JsonPath),
}

/// `ResultPath`: where the result goes.
#[derive(Debug, Clone, PartialEq)]
pub enum ResultPath {
    /// Absent or `$`: it replaces the input.
    Whole,
    /// `null`: it is thrown away and the input kept.
    Discard,
    /// It is written into the input at this place.
    Reference(ReferencePath),
}

/// A number of seconds, written down or read from the input.
#[derive(Debug, Clone, PartialEq)]
pub enum Seconds {
    /// A number in the definition.
    Literal(u64),
    /// A path to a number.
    Path(JsonPath),
}

/// A text, written down or read from the input.
#[derive(Debug, Clone, PartialEq)]
pub enum TextField {
    /// A text in the definition.
    Literal(String),
    /// A path to a text.
    Path(JsonPath),
}
