//! What is known of one name, said by all the cases that have it.

use proc_macro2::Span;
use quote::ToTokens;
use syn::Ident;

use super::model::Entry;
use super::parse::Saying;
use super::retry::Hint;
use crate::errors::ErrorSink;

/// A name and what is known of it, whichever cases have it.
pub(crate) struct Name {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) benign: bool,
    pub(crate) retry: Option<Hint>,
    pub(crate) details: Vec<String>,
    pub(crate) shared: bool,
    /// Where a case says so.
    shared_at: Option<Span>,
    /// The case that has it without saying that others have it as well.
    unshared: Option<Ident>,
    cases: usize,
}

impl Name {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: None,
            benign: false,
            retry: None,
            details: Vec::new(),
            shared: false,
            shared_at: None,
            unshared: None,
            cases: 0,
        }
    }

    /// Notes what one more case says about it.
    pub(super) fn note(
        &mut self,
        case: &Ident,
        saying: &Saying,
        details: &[Entry],
        errors: &mut ErrorSink,
    ) {
        if let Some(span) = saying.shared {
            self.shared = true;
            self.shared_at = Some(span);
        } else if let Some(other) = &self.unshared {
            let at = match &saying.name {
                Some(name) => name.to_token_stream(),
                None => case.to_token_stream(),
            };
            errors.push(
                at,
                format!(
                    "`{}` is already the error name of `{other}`, and a state machine cannot tell \
                     the two apart: give one another name, or add `shared` here if it need not",
                    self.name
                ),
            );
        } else {
            self.unshared = Some(case.clone());
        }
        self.merge(saying, details, errors);
    }

    /// Makes sure that, if it says that it is shared, it is.
    pub(super) fn refuse_shared_in_vain(&self, errors: &mut ErrorSink) {
        if let (Some(span), 1) = (self.shared_at, self.cases) {
            let name = &self.name;
            errors.push_at(
                span,
                format!("no other case is named `{name}`: remove `shared`"),
            );
        }
    }

    fn merge(&mut self, saying: &Saying, details: &[Entry], errors: &mut ErrorSink) {
        self.cases += 1;
        if self.description.is_none() {
            self.description.clone_from(&saying.description);
        }
        self.benign |= saying.benign.is_some();
        match (self.retry, saying.retry) {
            (Some(first), Some((span, other))) if first != other => errors.push_at(
                span,
                format!(
                    "`{}` has another retry hint already: what is said of a name holds for every \
                     case that shares it",
                    self.name
                ),
            ),
            (known, said) => self.retry = known.or(said.map(|(_, hint)| hint)),
        }
        for entry in details {
            if !self.details.contains(&entry.key) {
                self.details.push(entry.key.clone());
            }
        }
    }
}
