//! `#[derive(ActivityError)]`: tokens to tokens and errors; the order of the pipeline.

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Error};

use crate::errors::ErrorSink;

mod expand;
mod failures;
mod known;
mod model;
mod naming;
mod parse;
mod place;
mod retry;

/// Names the cases of an error for the state machine.
pub(crate) fn expand(item: TokenStream) -> (TokenStream, Vec<Error>) {
    let mut errors = ErrorSink::default();
    let Some(input) = errors.take(syn::parse2::<DeriveInput>(item)) else {
        return (TokenStream::new(), errors.into_errors());
    };
    let written = parse::attributes(&input, &mut errors);
    let path = written.path.clone();
    let cases = model::Cases::new(written, &input, &mut errors);
    let expansion = match input.data {
        // Nothing can stand in for the error that it should have been.
        Data::Union(_) => TokenStream::new(),
        Data::Enum(_) | Data::Struct(_) => {
            expand::activity_error(&input, path.as_ref(), cases.as_ref())
        }
    };
    (expansion, errors.into_errors())
}
