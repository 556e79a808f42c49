//! The valid activity: every field already decided. To make one is to check it.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, LitStr, Path, Type, Visibility};

use super::parse::{Function, Options};
use crate::errors::ErrorSink;
use crate::{attributes, name};

mod limits;
mod signature;

pub(crate) use limits::Limits;

/// An activity that can be expanded.
pub(crate) struct Activity {
    /// The crate path that the user gave.
    pub(crate) path: Option<Path>,
    /// The name for the service.
    pub(crate) name: LitStr,
    /// The function, and the type of the same name.
    pub(crate) function: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) type_attributes: Vec<Attribute>,
    pub(crate) impl_attributes: Vec<Attribute>,
    pub(crate) is_documented: bool,
    pub(crate) is_deprecated: bool,
    pub(crate) mode: Mode,
    pub(crate) limits: Limits,
    /// The types of the arguments, in order.
    pub(crate) arguments: Vec<Type>,
    /// What the function returns, a `Result` in the end.
    pub(crate) returned: Type,
}

/// How the handler is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As a future.
    Async,
    /// On a thread for blocking handlers.
    Blocking,
}

impl Activity {
    /// Decides everything, or notes all that is wrong.
    pub(crate) fn new(
        options: Options,
        function: &Function,
        errors: &mut ErrorSink,
    ) -> Option<Self> {
        let name = activity_name(options.name.as_ref(), &function.signature.ident, errors);
        let limits = Limits::new(&options, errors);
        let signature = signature::check(&function.signature, options.blocking, errors);
        if !errors.is_empty() {
            return None;
        }
        let (mode, arguments, returned) = signature?;
        Some(Self {
            path: options.path,
            name,
            function: function.signature.ident.clone(),
            visibility: function.visibility.clone(),
            type_attributes: attributes::for_type(&function.attributes),
            impl_attributes: attributes::for_impl(&function.attributes),
            is_documented: attributes::is_documented(&function.attributes),
            is_deprecated: attributes::is_deprecated(&function.attributes),
            mode,
            limits,
            arguments,
            returned,
        })
    }
}

fn activity_name(given: Option<&LitStr>, function: &Ident, errors: &mut ErrorSink) -> LitStr {
    if let Some(literal) = given {
        if let Some(problem) = name::problem(&literal.value()) {
            errors.push(literal, format!("the activity name {problem}"));
        }
        return literal.clone();
    }
    let own = function.unraw().to_string();
    if let Some(problem) = name::problem(&own) {
        errors.push(
            function,
            format!(
                "the activity name, taken from the function, {problem}; \
                 give it another one with `name = \"…\"`"
            ),
        );
    }
    LitStr::new(&own, Span::mixed_site())
}
