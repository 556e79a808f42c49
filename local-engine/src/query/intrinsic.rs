//! Intrinsic functions: `States.Format('{} is {}', $.name, States.ArrayLength($.all))`.
//!
//! A call is parsed once, with the definition, and knows nothing of values. When a state runs, its
//! arguments are found first, from left to right, and then the function is called; what goes wrong
//! is told in the words of the service, with the whole call as it was written.
//!
//! 1. A field holds at most ten calls. Texts stand in single quotes, in which a backslash stands
//!    before `'`, `{`, `}` and `\` only; a definition with any other is refused.
//! 2. How many arguments there are, and of which kind, is looked at when the state runs. A failed
//!    call is `States.Runtime`, which nothing retries or catches.
//! 3. Numbers lose their fraction, but `States.MathAdd` rounds: halves go up, also below zero.
//!    Sums keep to 32 bits, ranges to 1,000 items, and hashes and base64 to 10,000 characters.
//! 4. `States.Format` and `States.Hash` show objects and numbers as Java does: `{a=1}`, `1.0E7`.
//! 5. `States.UUID` and `States.MathRandom` draw from the seed of the execution; with a seed of
//!    its own `States.MathRandom` draws what `java.util.Random` would.

mod arrays;
mod base64;
mod function;
mod hash;
mod json;
mod numbers;
mod parse;
mod text;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::context::Scope;
use super::error::{PathError, PathSyntaxError};
use super::java;
use super::jsonpath::JsonPath;
use function::Function;

/// A call of an intrinsic function that was found well formed.
///
/// Cloning is cheap. Two calls are equal if they were written alike.
#[derive(Debug, Clone)]
pub struct Intrinsic {
    text: Arc<str>,
    call: Arc<Call>,
}

/// A function and its arguments.
#[derive(Debug)]
struct Call {
    function: Function,
    arguments: Vec<Argument>,
}

/// What stands between the commas of a call.
#[derive(Debug)]
enum Argument {
    /// A text in single quotes.
    Text {
        /// With its backslashes, which `States.Format` reads for itself.
        raw: String,
        /// Without them.
        value: Value,
    },
    /// A number, `true`, `false` or `null`.
    Literal(Value),
    /// A path.
    Path(JsonPath),
    /// Another call.
    Call(Call),
}

/// Why a function could not be called with its arguments.
#[derive(Debug)]
enum Refusal {
    /// Too few, too many, of the wrong kind or out of range.
    Arguments,
    /// Not as many arguments as places in the template of `States.Format`.
    Places,
    /// A brace without its partner in the template of `States.Format`.
    Brace {
        /// The brace that is missing.
        missing: char,
        /// The brace that is there.
        found: char,
    },
}

impl Intrinsic {
    /// Parses a call.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text, and where.
    pub fn parse(text: &str) -> Result<Self, PathSyntaxError> {
        let call = parse::parse(text)?;
        Ok(Self {
            text: text.into(),
            call: Arc::new(call),
        })
    }

    /// Returns whether a text is meant to be a call, well formed or not.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.trim_start().starts_with("States.")
    }

    /// Returns the text of the call.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns every path among the arguments, also those of calls inside.
    pub fn paths(&self) -> impl Iterator<Item = &JsonPath> {
        let mut paths = Vec::new();
        self.call.collect_paths(&mut paths);
        paths.into_iter()
    }

    /// Calls the function.
    ///
    /// # Errors
    ///
    /// [`PathError::Argument`] if a path among the arguments leads nowhere,
    /// [`PathError::ArgumentPath`] if it asks the wrong thing of a value, and
    /// [`PathError::Call`] if the function refuses its arguments.
    pub fn evaluate(&self, scope: Scope<'_>) -> Result<Value, PathError> {
        self.call.evaluate(scope, &self.text)
    }
}

impl Call {
    fn evaluate(&self, scope: Scope<'_>, whole: &str) -> Result<Value, PathError> {
        let arguments: Vec<Value> = self
            .arguments
            .iter()
            .map(|argument| argument.evaluate(scope, whole))
            .collect::<Result<_, _>>()?;
        let template = match self.arguments.first() {
            Some(Argument::Text { raw, .. }) => Some(raw.as_str()),
            _ => None,
        };
        let called = match self.function {
            Function::Format => text::format(template, &self.shown(&arguments)),
            function => function.call(&arguments, scope.random),
        };
        called.map_err(|refusal| PathError::Call {
            call: self.to_string(),
            detail: refusal.detail(self.function),
        })
    }

    /// The arguments as `States.Format` shows them: what was parsed from a text shows itself as
    /// JSON, everything else as the service's own platform writes it.
    fn shown(&self, values: &[Value]) -> Vec<Value> {
        let one = |(argument, value): (&Argument, &Value)| match argument {
            Argument::Call(call) if call.function == Function::StringToJson => {
                Value::String(java::to_json(value))
            }
            _ => value.clone(),
        };
        self.arguments.iter().zip(values).map(one).collect()
    }

    fn collect_paths<'a>(&'a self, paths: &mut Vec<&'a JsonPath>) {
        for argument in &self.arguments {
            match argument {
                Argument::Path(path) => paths.push(path),
                Argument::Call(call) => call.collect_paths(paths),
                Argument::Text { .. } | Argument::Literal(_) => {}
            }
        }
    }
}

impl Argument {
    fn evaluate(&self, scope: Scope<'_>, whole: &str) -> Result<Value, PathError> {
        match self {
            Self::Text { value, .. } | Self::Literal(value) => Ok(value.clone()),
            Self::Call(call) => call.evaluate(scope, whole),
            Self::Path(path) => path
                .find_for_argument(scope, whole)
                .map(std::borrow::Cow::into_owned),
        }
    }
}

impl Refusal {
    fn detail(self, function: Function) -> String {
        let name = function.name();
        match self {
            Self::Arguments => format!("Invalid arguments in States.{name}"),
            Self::Places => format!(
                "Invalid arguments in States.{name}: number of arguments do not match the \
                 occurrences of {{}}."
            ),
            Self::Brace { missing, found } => format!(
                "Invalid template in States.{name}: matching '{missing}' not found for '{found}'."
            ),
        }
    }
}

impl PartialEq for Intrinsic {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Intrinsic {}

impl fmt::Display for Intrinsic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Shows a call with one blank after every comma, however it was written.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "States.{}(", self.function.name())?;
        for (number, argument) in self.arguments.iter().enumerate() {
            if number > 0 {
                f.write_str(", ")?;
            }
            match argument {
                Argument::Text { raw, .. } => write!(f, "'{raw}'")?,
                Argument::Literal(value) => write!(f, "{value}")?,
                Argument::Path(path) => write!(f, "{path}")?,
                Argument::Call(call) => write!(f, "{call}")?,
            }
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests;
