//! The macros of `sfn-worker-core`, which documents them where it exports them again: there
//! the examples compile against what users import.
//!
//! Every macro is a function from tokens to tokens and errors; this file only glues those to
//! the compiler. Each goes the same way: *parse* what was written, make a *model* that cannot
//! be wrong, *expand* it. All mistakes are collected on the way and shown together.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;

mod activities;
mod activity;
mod activity_error;
mod attributes;
mod documentation;
mod duration;
mod errors;
mod keys;
mod name;
mod owner;
mod private;
mod rate;
#[cfg(test)]
mod tests;

#[expect(missing_docs, reason = "documented in `sfn-worker-core`")]
#[proc_macro_attribute]
pub fn activity(attribute: TokenStream, item: TokenStream) -> TokenStream {
    with_errors(activity::expand(attribute.into(), item.into())).into()
}

#[expect(missing_docs, reason = "documented in `sfn-worker-core`")]
#[proc_macro_attribute]
pub fn activities(attribute: TokenStream, item: TokenStream) -> TokenStream {
    with_errors(activities::expand(attribute.into(), item.into())).into()
}

#[expect(missing_docs, reason = "documented in `sfn-worker-core`")]
#[proc_macro_derive(ActivityError, attributes(activity_error))]
pub fn activity_error(item: TokenStream) -> TokenStream {
    with_errors(activity_error::expand(item.into())).into()
}

fn with_errors((mut expansion, errors): (Tokens, Vec<syn::Error>)) -> Tokens {
    expansion.extend(errors.iter().map(syn::Error::to_compile_error));
    expansion
}
