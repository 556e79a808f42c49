//! The macros of `sfn-worker-core`, which documents them where it exports them again.

use proc_macro::TokenStream;

/// Makes an activity of a function.
#[proc_macro_attribute]
pub fn activity(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Names the cases of an error for the state machine.
#[proc_macro_derive(ActivityError, attributes(activity_error))]
pub fn activity_error(_item: TokenStream) -> TokenStream {
    TokenStream::new()
}
