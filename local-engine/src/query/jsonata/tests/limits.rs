//! Expressions of the language.
