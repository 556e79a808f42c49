//! `#[activities]`: tokens to tokens and errors; the order of the pipeline.

use proc_macro2::TokenStream;
use syn::Error;

use crate::errors::ErrorSink;

mod expand;
mod model;
mod parse;

/// Makes activities of the marked methods of an `impl` block.
///
/// The block is always part of the result, as it was written.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> (TokenStream, Vec<Error>) {
    let mut errors = ErrorSink::default();
    let Some(block) = errors.take(parse::block(item.clone())) else {
        return (item, errors.into_errors());
    };
    let options = parse::options(attribute, &mut errors);
    let path = options.path.clone();
    let expansion = match model::Activities::new(options, &block, &mut errors) {
        Some(activities) => expand::activities(&block, &activities),
        None => expand::stand_in(&block, path.as_ref()),
    };
    (expansion, errors.into_errors())
}
