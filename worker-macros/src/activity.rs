//! `#[activity]`: tokens to tokens and errors; the order of the pipeline.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Error;

use crate::errors::ErrorSink;

mod check;
mod expand;
mod model;
mod parse;

/// Makes a type that implements `Activity` for a function.
///
/// The item is always part of the result, as it was written: a mistake in the attribute must
/// not make the function unknown to the rest of the program.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> (TokenStream, Vec<Error>) {
    let mut errors = ErrorSink::default();
    let Some(function) = errors.take(parse::function(item.clone())) else {
        return (item, errors.into_errors());
    };
    let options = parse::options(attribute, &mut errors);
    let path = options.path.clone();
    let generated = match model::Activity::new(options, &function, &mut errors) {
        Some(activity) => expand::activity(&activity),
        None => expand::stand_in(&function, path),
    };
    (quote!(#item #generated), errors.into_errors())
}
