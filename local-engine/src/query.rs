//! The two query languages: JSONPath with its reference paths, intrinsic functions and payload
//! templates, and [JSONata](jsonata); the context object and the variables that both read.
//!
//! Everything here is a pure function of values: a [`JsonPath`] is compiled once, with the
//! definition, and then finds its part of a [`Scope`].

mod context;
mod error;
mod intrinsic;
mod java;
pub mod jsonata;
mod jsonpath;
mod random;
mod reference;
pub(crate) mod repeated;
mod template;
mod timestamp;
mod variables;

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
pub use variables::Variables;

#[cfg(test)]
pub(crate) use context::tests::context as context_for_tests;
