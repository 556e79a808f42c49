//! The JSONPath query language: paths, reference paths, payload templates and the context object.

mod context;
mod error;
mod jsonpath;
mod reference;
mod template;

pub use context::{
    ContextObject, ExecutionContext, ItemContext, MachineContext, Scope, StateContext,
};
pub use error::PathError;
pub use jsonpath::JsonPath;
pub use reference::ReferencePath;
pub use template::Template;
