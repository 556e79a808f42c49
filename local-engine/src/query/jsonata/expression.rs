//! An expression that was found well formed.

use std::fmt;
use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::parser;

use super::direct::Direct;
use super::error::ExpressionError;
use super::functions;
use super::reads::{Hints, Reads};
use super::rewrite::rewrite;
use super::syntax;

/// An expression of a field, without its `{%` and `%}`.
///
/// Cloning is cheap. Two expressions are equal if they were written alike in the same field.
#[derive(Clone)]
pub struct Expression {
    text: Arc<str>,
    field: Arc<str>,
    pub(super) program: Arc<Program>,
}

pub(super) struct Program {
    pub(super) tree: AstNode,
    pub(super) reads: Reads,
    pub(super) hints: Hints,
    /// The place that the expression names, if it does nothing else.
    pub(super) direct: Option<Direct>,
}

impl Expression {
    /// Returns the expression in a text such as `{% $states.input %}`; `None` for any other text.
    #[must_use]
    pub fn inside(text: &str) -> Option<&str> {
        let inside = text.strip_prefix("{%")?.strip_suffix("%}")?;
        Some(inside.trim())
    }

    /// Compiles an expression of a field, which is named relative to its state: `Output/order/id`.
    ///
    /// # Errors
    ///
    /// If the text is no expression of version 2.0.6 of the language, or asks for the top-level
    /// context, which the expressions of a state do not have.
    pub fn parse(text: &str, field: &str) -> Result<Self, ExpressionError> {
        let mut tree = parser::parse(text)
            .map_err(|error| ExpressionError::Syntax(syntax::service_text(&error)))?;
        let written = Reads::of(&tree);
        let mut unsupported: Vec<_> = written
            .top_level
            .iter()
            .map(|name| format!("Reference to '{name}' at the top level is not supported."))
            .collect();
        if written.root {
            unsupported.push("Reference to '$$' is not supported.".to_owned());
        }
        if !unsupported.is_empty() {
            return Err(ExpressionError::Unsupported(unsupported));
        }
        let direct = Direct::of(&tree);
        let hints = written.hints();
        if let Some(operator) = rewrite(&mut tree) {
            let text = format!("The operator '{operator}' is not part of JSONata 2.0.6");
            return Err(ExpressionError::Syntax(text));
        }
        let mut reads = written;
        reads.functions = Reads::of(&tree).functions;
        Ok(Self {
            text: text.into(),
            field: field.into(),
            program: Arc::new(Program {
                tree,
                reads,
                hints,
                direct,
            }),
        })
    }

    /// Returns the text of the expression.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the field that holds the expression, relative to its state.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Returns the names of the variables of the state machine that the expression reads.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let variables = self.program.reads.variables.keys().map(String::as_str);
        variables.filter(|name| !functions::is_known(name))
    }

    /// Returns whether the expression names `$states.errorOutput`, which only a catcher has.
    #[must_use]
    pub fn names_error_output(&self) -> bool {
        self.program.reads.names_error_output
    }

    /// Returns whether the expression names `$states.result`, which is there after the work only.
    #[must_use]
    pub fn names_result(&self) -> bool {
        self.program.reads.names_result
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.field == other.field
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expression")
            .field("text", &self.text)
            .field("field", &self.field)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
