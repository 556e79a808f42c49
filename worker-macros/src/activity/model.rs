//! The valid activity: every field already decided. To make one is to check it.

use proc_macro2::{Span, TokenStream};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, LitStr, Path, Type, Visibility};

use super::parse::{Function, LimitOptions, Options};
use crate::errors::ErrorSink;
use crate::{name, private};

mod limits;
mod signature;

pub(crate) use limits::Limits;

/// An activity that can be expanded.
pub(crate) struct Activity {
    /// The crate path that the user gave.
    pub(crate) path: Option<Path>,
    /// The name for the service.
    pub(crate) name: LitStr,
    /// The function or method.
    pub(crate) function: Ident,
    /// The type that stands for it.
    pub(crate) marker: Ident,
    pub(crate) callee: Callee,
    /// What the user wrote before the function.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// The file and the line where it stands.
    pub(crate) place: (String, u32),
    pub(crate) mode: Mode,
    pub(crate) limits: Limits,
    /// The types of the arguments, in order and without a receiver.
    pub(crate) arguments: Vec<Type>,
    /// What the function returns, a `Result` in the end.
    pub(crate) returned: Type,
}

/// What is called.
pub(crate) enum Callee {
    /// A free function.
    Function,
    /// A function of a type.
    Associated(TokenStream),
    /// A method of a type, with `&self`.
    Method(TokenStream),
}

/// Where a function stands.
#[derive(Clone, Copy)]
pub(crate) enum Place<'block> {
    /// In a module or in another function.
    Free,
    /// In an `impl` block with `#[activities]`.
    Block(&'block Block),
}

/// What an `impl` block says about all of its activities.
pub(crate) struct Block {
    /// The type that the block is for.
    pub(crate) owner: TokenStream,
    pub(crate) prefix: Option<LitStr>,
    pub(crate) defaults: LimitOptions,
    /// The crate path that the user gave.
    pub(crate) path: Option<Path>,
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
        place: Place<'_>,
        errors: &mut ErrorSink,
    ) -> Option<Self> {
        let ident = &function.signature.ident;
        let nothing = LimitOptions::default();
        let (prefix, defaults, path) = match place {
            Place::Free => (None, &nothing, None),
            Place::Block(block) => (block.prefix.as_ref(), &block.defaults, block.path.as_ref()),
        };
        let mut found = ErrorSink::default();
        let name = activity_name(options.name.as_ref(), prefix, ident, &mut found);
        let limits = Limits::new(&options.limits, defaults, &mut found);
        let shape = signature::check(&function.signature, options.blocking, place, &mut found);
        let is_right = found.is_empty();
        errors.append(found);
        let shape = shape.filter(|_| is_right)?;
        Some(Self {
            path: options.path.or(path.cloned()),
            name,
            function: ident.clone(),
            marker: marker(ident, place),
            callee: match place {
                Place::Free => Callee::Function,
                Place::Block(block) if shape.has_receiver => Callee::Method(block.owner.clone()),
                Place::Block(block) => Callee::Associated(block.owner.clone()),
            },
            attributes: function.attributes.clone(),
            visibility: function.visibility.clone(),
            place: private::place(ident.span()),
            mode: shape.mode,
            limits,
            arguments: shape.arguments,
            returned: shape.returned,
        })
    }
}

/// A free function has a type of its own name; that of a method is out of sight, and must not
/// hide a type that the method names.
fn marker(function: &Ident, place: Place<'_>) -> Ident {
    match place {
        Place::Free => function.clone(),
        Place::Block(_) => format_ident!("__{}", function.unraw(), span = function.span()),
    }
}

fn activity_name(
    given: Option<&LitStr>,
    prefix: Option<&LitStr>,
    function: &Ident,
    errors: &mut ErrorSink,
) -> LitStr {
    if let Some(literal) = given {
        if let Some(problem) = name::problem(&literal.value()) {
            errors.push(literal, format!("the activity name {problem}"));
        }
        return literal.clone();
    }
    let own = function.unraw().to_string();
    let full = prefix.map_or_else(String::new, LitStr::value) + &own;
    if let Some(problem) = name::problem(&full) {
        let origin = match prefix {
            Some(_) => "the prefix and the function",
            None => "the function",
        };
        errors.push(
            function,
            format!(
                "the activity name, taken from {origin}, {problem}; \
                 give it another one with `name = \"…\"`"
            ),
        );
    }
    LitStr::new(&full, Span::mixed_site())
}
