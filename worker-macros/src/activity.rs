//! `#[activity]`: tokens to tokens and errors; the order of the pipeline.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Error;

use crate::errors::ErrorSink;

mod check;
pub(crate) mod expand;
pub(crate) mod model;
pub(crate) mod parse;

/// The argument of an `#[activity]` that stands on a method: the block has made the activity,
/// and what is left to the attribute is to be found by its name.
pub(crate) const IN_BLOCK: &str = "__in_block";

/// Makes a type that implements `Activity` for a function.
///
/// The item is always part of the result, as it was written: a mistake in the attribute must
/// not make the function unknown to the rest of the program.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> (TokenStream, Vec<Error>) {
    if attribute.to_string() == IN_BLOCK {
        return (item, Vec::new());
    }
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
    let expansion = match model::Activity::new(options, &function, model::Place::Free, &mut errors)
    {
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
