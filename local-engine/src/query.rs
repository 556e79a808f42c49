//! The JSONPath query language: paths, reference paths, payload templates and the context object.
//!
//! Everything here is a pure function of values: a [`JsonPath`] is compiled once, with the
//! definition, and then finds its part of a [`Scope`].

mod context;
mod error;
mod jsonpath;
mod reference;
mod template;
mod timestamp;

pub use context::{
    ContextObject, ExecutionContext, ItemContext, MachineContext, Scope, StateContext,
};
pub use error::{PathError, PathSyntaxError};
pub use jsonpath::JsonPath;
pub use reference::ReferencePath;
pub use template::Template;
pub use timestamp::{format_timestamp, parse_timestamp};

#[cfg(test)]
pub(crate) use context::tests::context as context_for_tests;
