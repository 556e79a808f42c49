//! JSONPath in the dialect of the service.
//!
//! Members (`.name`, `['a name']`, `['a','b']`), indexes from either end, slices, wildcards,
//! deep scans, filters and a few functions at the end of a path. A path of plain members and
//! indexes is *definite*: it leads to one value or fails. Any other leads to an array of
//! values, which may be empty.
//!
//! 1. Names need no quotes as long as they have none of `.[]()'",*` and no blanks: `$.my-key`.
//! 2. `['a','b']` makes one object, and stands at the end of a path only.
//! 3. `length()`, `size()`, `min()`, `max()`, `avg()` and `stddev()` end a path. `sum()`, `keys()`,
//!    `first()` and `last()` are accepted and find nothing, as in the service.
//! 4. Filters know `==`, `!=`, `<`, `<=`, `>`, `>=`, `=~`, `in`, `nin`, `contains`, `subsetof`,
//!    `anyof`, `noneof`, `size`, `empty`, `&&`, `||`, `!` and parentheses; `$` in a filter is the
//!    whole value. A pattern must match the whole text. A number equals a text that says it.
//! 5. What is not there is told in the words of the library that the service uses.

mod filter;
mod function;
mod parse;
mod step;
mod variable;
mod walk;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::context::Scope;
use super::error::{PathError, PathSyntaxError};
use step::Query;
pub(super) use step::Step;
use walk::{Missing, Reason};

/// A path that was found well formed: into the input (`$…`) or the context object (`$$…`).
///
/// Cloning is cheap. Two paths are equal if they were written alike.
#[derive(Debug, Clone)]
pub struct JsonPath {
    text: Arc<str>,
    root: Root,
    query: Arc<Query>,
}

/// What a path starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Root {
    /// `$`
    Input,
    /// `$$`
    Context,
    /// `$name`
    Variable(Arc<str>),
}

impl JsonPath {
    /// Compiles a path.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text, and where.
    pub fn parse(text: &str) -> Result<Self, PathSyntaxError> {
        let (root, query) = match variable::split(text) {
            Some((name, rest)) => {
                let (_, query) = parse::parse(&format!("${rest}"))?;
                (Root::Variable(name.into()), query)
            }
            None => parse::parse(text)?,
        };
        Ok(Self {
            text: text.into(),
            root,
            query: Arc::new(query),
        })
    }

    /// Returns the text of the path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether this is just `$`, the whole input.
    #[must_use]
    pub fn is_whole_input(&self) -> bool {
        self.root == Root::Input && self.query.is_root()
    }

    /// Returns whether the path starts from the context object.
    #[must_use]
    pub fn reads_context(&self) -> bool {
        self.root == Root::Context
    }

    /// Returns the name of the variable from which the path starts, if it starts from one.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        match &self.root {
            Root::Variable(name) => Some(name),
            Root::Input | Root::Context => None,
        }
    }

    /// Returns whether the path leads to one value, not to an array of those it finds.
    #[must_use]
    pub fn is_definite(&self) -> bool {
        self.query.is_definite()
    }

    /// Returns whether the path is made of nothing but members and indexes, as `Variable`
    /// and the other reference paths must be.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        self.query.is_reference()
    }

    /// Finds what the path leads to.
    ///
    /// # Errors
    ///
    /// [`PathError::NotFound`] if the path is definite and leads nowhere.
    pub fn find<'a>(&self, scope: Scope<'a>) -> Result<Cow<'a, Value>, PathError> {
        self.look(scope).map_err(|missing| PathError::NotFound {
            path: self.text.to_string(),
            past_end: missing.reason == Reason::PastEnd,
            detail: missing.detail,
        })
    }

    /// Finds what the path leads to, for an intrinsic function of which it is an argument: here an
    /// index past the end of an array leads nowhere, too.
    pub(super) fn find_for_argument<'a>(
        &self,
        scope: Scope<'a>,
        call: &str,
    ) -> Result<Cow<'a, Value>, PathError> {
        self.look(scope).map_err(|missing| match missing.reason {
            Reason::NoArray => PathError::ArgumentPath {
                call: call.to_owned(),
                detail: missing.detail,
            },
            Reason::NotThere | Reason::PastEnd => PathError::Argument {
                call: call.to_owned(),
                // The service shows the path within the context object, but the input all the same.
                path: match self.root {
                    Root::Input | Root::Variable(_) => self.text.to_string(),
                    Root::Context => self.text.strip_prefix('$').unwrap_or("$").to_owned(),
                },
                input: scope.shown_input(),
            },
        })
    }

    fn look<'a>(&self, scope: Scope<'a>) -> Result<Cow<'a, Value>, Missing> {
        match &self.root {
            Root::Input => self.query.find(scope.input),
            Root::Context => {
                if let Some((part, member)) = self.query.two_members()
                    && let Some(text) = scope.context.text(part, member)
                {
                    return Ok(Cow::Owned(text.into()));
                }
                let context = scope.context.parts(self.query.first_member());
                self.query
                    .find(&context)
                    .map(|found| Cow::Owned(found.into_owned()))
            }
            Root::Variable(name) => match scope.context.variables.value(name) {
                Some(value) => self.query.find(value),
                None => Err(variable::missing(name)),
            },
        }
    }

    /// Finds what the path leads to, for a field whose failure names the field and the input.
    ///
    /// # Errors
    ///
    /// [`PathError::FieldNotFound`] if the path is definite and leads nowhere.
    pub fn find_for_field<'a>(
        &self,
        scope: Scope<'a>,
        field: &str,
    ) -> Result<Cow<'a, Value>, PathError> {
        self.find(scope).map_err(|_| PathError::FieldNotFound {
            path: self.text.to_string(),
            field: field.to_owned(),
            input: match self.root {
                Root::Input | Root::Variable(_) => scope.shown_input(),
                Root::Context => scope.context.shown(),
            },
        })
    }

    /// Returns the steps of a reference path, and `None` for any other path.
    pub(super) fn reference_steps(&self) -> Option<&[Step]> {
        self.query.is_reference().then_some(self.query.steps())
    }
}

impl PartialEq for JsonPath {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for JsonPath {}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
