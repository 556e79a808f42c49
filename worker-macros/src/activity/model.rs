//! The valid activity: every field already decided. To make one is to check it.

use std::time::Duration;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, LitInt, LitStr, Path, Type, Visibility};

use super::parse::{Function, Options};
use crate::errors::ErrorSink;
use crate::{attributes, duration, name};

mod signature;

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
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) concurrency: Option<u32>,
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
        let heartbeat = length("heartbeat", options.heartbeat.as_ref(), errors);
        let timeout = length("timeout", options.timeout.as_ref(), errors);
        if let (Some((heartbeat, every)), Some((timeout, limit))) = (heartbeat, timeout)
            && every >= limit
        {
            let (every, limit) = (heartbeat.value(), timeout.value());
            errors.push(
                heartbeat,
                format!(
                    "the heartbeat interval `{every}` is not shorter than the timeout \
                     `{limit}`: no heartbeat would ever be sent"
                ),
            );
        }
        let concurrency = options
            .concurrency
            .as_ref()
            .and_then(|literal| at_least_one(literal, errors));
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
            heartbeat: heartbeat.map(|(_, every)| every),
            timeout: timeout.map(|(_, limit)| limit),
            concurrency,
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

fn length<'written>(
    option: &str,
    literal: Option<&'written LitStr>,
    errors: &mut ErrorSink,
) -> Option<(&'written LitStr, Duration)> {
    let literal = literal?;
    let length = duration::parse(&literal.value())
        .map_err(|why| errors.push(literal, format!("the {option} {why}")))
        .ok()?;
    Some((literal, length))
}

fn at_least_one(literal: &LitInt, errors: &mut ErrorSink) -> Option<u32> {
    let problem = match literal.base10_parse::<u32>() {
        Ok(0) => "the concurrency is zero: the activity would never run".to_owned(),
        Ok(number) => return Some(number),
        Err(_) => format!(
            "the concurrency must be a whole number from 1 to {}",
            u32::MAX
        ),
    };
    errors.push(literal, problem);
    None
}
