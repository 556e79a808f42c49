//! The JSONPath query language: paths, reference paths, intrinsic functions, payload templates and
//! the context object.
//!
//! Everything here is a pure function of values: a [`JsonPath`] is compiled once, with the
//! definition, and then finds its part of a [`Scope`].

mod context;
mod error;
mod intrinsic;
mod java;
mod jsonpath;
mod random;
mod reference;
mod template;
mod timestamp;

pub use context::{
    ContextObject, ExecutionContext, ItemContext, MachineContext, Scope, StateContext,
};
pub use error::{PathError, PathSyntaxError};
pub use intrinsic::Intrinsic;
pub use jsonpath::JsonPath;
pub use random::Random;
pub use reference::ReferencePath;
pub use template::Template;
pub use timestamp::{format_timestamp, parse_timestamp};

#[cfg(test)]
pub(crate) use context::tests::context as context_for_tests;
