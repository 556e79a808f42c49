//! Decodes inputs, and says what is wrong with one without showing what is in it.
//!
//! P10: inputs are confidential, and what a task fails with goes into the history of its
//! execution. An error names what the *type* knows: its fields, its variants, what it expects;
//! and of the input the path, the position and the kinds of its values. Keys of the input that
//! the type does not know are shown as `*`, and in an error about an unknown field only if they
//! look like a slip of one that it knows.
//!
//! The input is decoded by `serde_json` at full speed; only when that fails is it read again,
//! by [`Node`], whose errors have parts instead of a text.

mod access;
mod key;
mod mismatch;
mod node;
mod path;
mod redact;
mod similar;

use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny};

use self::mismatch::Mismatch;
use self::node::{Node, Trail};

/// Why a text is not the JSON of a type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DecodeError {
    what: String,
    /// Line and column, where they are known.
    place: Option<(usize, usize)>,
}

/// Decodes JSON; fields that the type does not have are passed over.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    serde_json::from_str(text).map_err(|error| explain::<T>(text, &error))
}

/// Decodes JSON, and refuses fields that the type does not have, anywhere in it.
///
/// Two things cannot be looked into: what `#[serde(flatten)]` collects, and variants that are
/// chosen by their contents (`untagged`, `tag`), which serde buffers.
pub(crate) fn decode_strict<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    let value = decode(text)?;
    let trail = Trail::default();
    // Whether the type takes it is known; this only finds what it does not ask for.
    let _ = Node::root(text, &trail).read::<T>();
    match trail.unknown() {
        None => Ok(value),
        Some(unknown) => Err(DecodeError::of(&unknown, None)),
    }
}

/// Says what is wrong with a text that `serde_json` did not take.
fn explain<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> DecodeError {
    // Whatever the type makes of it: a text that is no JSON is called that.
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return DecodeError::no_json(text, &error);
    }
    let place = (error.column() > 0).then(|| (error.line(), error.column()));
    let trail = Trail::default();
    match Node::root(text, &trail).read::<T>() {
        Err(mismatch) => DecodeError::of(&mismatch, place),
        // The type decodes one way in one reading and another way in the next.
        Ok(_) => DecodeError {
            what: redact::NOTHING_TO_SHOW.to_owned(),
            place,
        },
    }
}

impl DecodeError {
    fn of(mismatch: &Mismatch, place: Option<(usize, usize)>) -> Self {
        Self {
            what: mismatch.to_string(),
            place,
        }
    }

    /// The messages of `serde_json` about the syntax quote nothing.
    fn no_json(text: &str, error: &serde_json::Error) -> Self {
        let what = if text.trim().is_empty() {
            "it is empty, which no JSON is".to_owned()
        } else if text.starts_with('\u{feff}') {
            "it is not JSON: it begins with a byte order mark".to_owned()
        } else {
            format!("it is not JSON: {error}")
        };
        Self { what, place: None }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match self.place {
            Some((line, column)) => write!(f, " (line {line}, column {column})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
