//! The one path that expansions name, and spans for it.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Path;

/// `::sfn_worker_core::__private`, or the same behind a path that the user gave.
pub(crate) struct Private {
    path: TokenStream,
}

impl Private {
    /// Takes the path that the user gave, if there is one.
    pub(crate) fn new(path: Option<&Path>) -> Self {
        let path = match path {
            Some(path) => quote!(#path::__private),
            None => quote!(::sfn_worker_core::__private),
        };
        Self {
            path: respanned(path, Span::mixed_site()),
        }
    }

    /// The path at another place: a call is underlined from the first token of its path.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        respanned(self.path.clone(), span)
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.path.to_tokens(tokens);
    }
}

/// A place in the user's code whose names are the macro's own, so that they cannot collide.
pub(crate) fn located(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                let inside = respanned(group.stream(), span);
                token = Group::new(group.delimiter(), inside).into();
            }
            token.set_span(span);
            token
        })
        .collect()
}

/// The file and the line of a place in the user's code; nothing outside of a compiler.
pub(crate) fn place(span: Span) -> (String, u32) {
    if !proc_macro::is_available() {
        return (String::new(), 0);
    }
    let span = span.unwrap();
    (span.file(), u32::try_from(span.line()).unwrap_or(u32::MAX))
}
