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
    if let Some(second) = function.second_attribute() {
        // It will expand by itself, and the type can be made only once.
        errors.push(
            second,
            "`#[activity]` stands here twice: remove one of the two",
        );
        return (item, errors.into_errors());
    }
    let options = parse::options(attribute, &mut errors);
    let path = options.path.clone();
    let expansion = match model::Activity::new(options, &function, &mut errors) {
        Some(activity) => {
            let before = expand::before_function(&activity);
            let generated = expand::activity(&activity);
            quote!(#before #item #generated)
        }
        None if function.is_method() => item,
        None => {
            let stand_in = expand::stand_in(&function, path.as_ref());
            quote!(#item #stand_in)
        }
    };
    (expansion, errors.into_errors())
}
