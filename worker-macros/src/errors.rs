//! `ErrorSink`: collects every mistake and stops at none.

use std::fmt::Display;

use proc_macro2::Span;
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far, in the order in which the user will read them.
#[derive(Debug, Default)]
pub(crate) struct ErrorSink {
    errors: Vec<Error>,
}

impl ErrorSink {
    /// Notes a mistake that covers all the given tokens.
    pub(crate) fn push(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.errors.push(Error::new_spanned(tokens, message));
    }

    /// Notes a mistake at one span.
    pub(crate) fn push_at(&mut self, span: Span, message: impl Display) {
        self.errors.push(Error::new(span, message));
    }

    /// Takes the value out of a result and notes the error.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.errors.push(error)).ok()
    }

    /// Notes all mistakes of another sink, behind a message that explains what is right.
    pub(crate) fn append_explained(&mut self, other: Self, span: Span, right: impl Display) {
        if !other.is_empty() {
            self.push_at(span, right);
            self.append(other);
        }
    }

    /// Notes all mistakes of another sink.
    pub(crate) fn append(&mut self, other: Self) {
        self.errors.extend(other.errors);
    }

    /// Whether nothing was wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// All mistakes.
    pub(crate) fn into_errors(self) -> Vec<Error> {
        self.errors
    }

    #[cfg(test)]
    pub(crate) fn into_messages(self) -> Vec<String> {
        self.errors.iter().map(Error::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_kept_in_order() {
        let mut sink = ErrorSink::default();
        assert!(sink.is_empty());
        sink.push_at(Span::call_site(), "first");
        sink.push(quote::quote!(a b), "second");
        let failed: syn::Result<()> = Err(Error::new(Span::call_site(), "third"));
        assert!(sink.take(failed).is_none());
        assert_eq!(sink.take(Ok(4)), Some(4));
        assert_eq!(sink.into_messages(), ["first", "second", "third"]);
    }

    #[test]
    fn an_explanation_stands_before_the_mistakes_and_only_if_there_are_any() {
        let mut sink = ErrorSink::default();
        sink.append_explained(ErrorSink::default(), Span::call_site(), "right");
        assert!(sink.is_empty());
        let mut wrong = ErrorSink::default();
        wrong.push_at(Span::call_site(), "wrong");
        sink.append_explained(wrong, Span::call_site(), "right");
        assert_eq!(sink.into_messages(), ["right", "wrong"]);
    }
}
