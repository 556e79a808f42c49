//! One thing that is wrong with an input, in parts: `Mismatch`.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::path::Path;
use super::redact::redacted;
use super::similar::similar;

/// How many names of fields or variants are listed.
const LISTED: usize = 12;

/// One thing that is wrong with an input.
#[derive(Debug)]
pub(super) struct Mismatch {
    /// Set at the innermost place that it passes on its way out.
    path: Option<String>,
    what: What,
}

#[derive(Debug)]
enum What {
    /// Made of kinds, and of what the type knows.
    Safe(String),
    /// Whatever code of the user's wrote.
    Custom(String),
}

impl Mismatch {
    pub(super) fn safe(what: impl Into<String>) -> Self {
        Self {
            path: None,
            what: What::Safe(what.into()),
        }
    }

    /// What `serde_json` says about the syntax of a value.
    pub(super) fn syntax(error: &serde_json::Error) -> Self {
        use serde_json::error::Category;
        if error.classify() == Category::Data {
            return Self::custom(error);
        }
        // The position is one within the value.
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        Self::safe(text)
    }

    /// Says where it is, unless that is known more precisely; what the user's code wrote loses
    /// what it has of the value.
    pub(super) fn at(self, path: &Path<'_>, value: &str, known: &BTreeSet<&'static str>) -> Self {
        if self.path.is_some() {
            return self;
        }
        let what = match self.what {
            What::Safe(what) => what,
            What::Custom(message) => redacted(&message, value, known),
        };
        Self {
            path: Some(path.to_string()),
            what: What::Safe(what),
        }
    }
}

impl Error for Mismatch {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            path: None,
            what: What::Custom(message.to_string()),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::safe(format!("expected {expected}, found {}", kind(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = kind(found);
        Self::safe(format!(
            "expected {expected}, found {found} that is not one"
        ))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::safe(format!("expected {expected}, found a length of {length}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::safe(unknown("variant", variant, expected))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::safe(unknown("field", field, expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::safe(format!("the field `{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::safe(format!("the field `{field}` is there twice"))
    }
}

impl std::error::Error for Mismatch {}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Everything that comes out of a reading has passed a place.
        if let (Some(path), What::Safe(what)) = (&self.path, &self.what) {
            write!(f, "at `{path}`: {what}")?;
        }
        Ok(())
    }
}

/// Says that a name is not one that the type knows. The name is the input's, and is shown only
/// if it looks like one of the type's.
fn unknown(what: &str, name: &str, expected: &'static [&'static str]) -> String {
    if let Some(meant) = similar(name, expected) {
        return format!("unknown {what} `{name}`, did you mean `{meant}`?");
    }
    if expected.is_empty() {
        return format!("an unknown {what}, where there can be none");
    }
    format!("an unknown {what}, expected {}", one_of(expected))
}

/// The names, or the first of many.
pub(super) fn one_of(names: &'static [&'static str]) -> String {
    let listed = names.iter().take(LISTED).map(|name| format!("`{name}`"));
    let listed: Vec<String> = listed.collect();
    let list = listed.join(", ");
    match names.len() {
        0 | 1 => list,
        2..=LISTED => format!("one of {list}"),
        count => format!("one of {list} and {} more", count - LISTED),
    }
}

/// What was found, by its kind in JSON.
pub(super) fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a floating-point number",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::UnitVariant => "a string",
        Unexpected::Bytes(_) => "bytes",
        Unexpected::Unit => "null",
        Unexpected::Seq => "an array",
        Unexpected::Map
        | Unexpected::NewtypeVariant
        | Unexpected::TupleVariant
        | Unexpected::StructVariant => "an object",
        Unexpected::Option | Unexpected::NewtypeStruct | Unexpected::Enum => "a value",
        Unexpected::Other(_) => "something else",
    }
}
