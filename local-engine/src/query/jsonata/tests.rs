//! Expressions, what they see, and where they end.

mod language;
mod limits;
mod service;
