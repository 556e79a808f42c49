//! The rules for names: which a case has, and which are none.

use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Ident, LitStr};

use super::parse::{Saying, predefined_key};
use crate::errors::ErrorSink;

/// The longest error name that the service accepts, in bytes to be safe.
const LIMIT: usize = 256;
const RESERVED_PREFIX: &str = "States.";

/// The name of one case: as given, or the Rust name behind the prefix.
pub(super) fn name(
    case: &Ident,
    saying: &Saying,
    prefix: Option<&LitStr>,
    errors: &mut ErrorSink,
) -> String {
    refuse_two_names(saying, errors);
    if let Some(predefined) = saying.predefined.first() {
        return predefined.name.to_owned();
    }
    if let Some(given) = &saying.name {
        let name = given.value();
        check_name(&name, given, errors);
        return name;
    }
    let prefix = prefix.map(LitStr::value).unwrap_or_default();
    let name = format!("{prefix}{}", case.unraw());
    check_length(&name, case, errors);
    name
}

/// Makes sure that a prefix is one.
pub(super) fn check_prefix(prefix: &LitStr, errors: &mut ErrorSink) {
    if prefix.value().is_empty() {
        errors.push(prefix, "the prefix is empty: remove it");
    } else if prefix.value().starts_with(RESERVED_PREFIX) {
        errors.push(
            prefix,
            "the prefix begins with `States.`, which is reserved by the states language",
        );
    }
}

/// Makes sure that nothing is said of a case which the inner error says of itself.
pub(super) fn refuse_beside_transparent(saying: &Saying, errors: &mut ErrorSink) {
    let mut refuse = |key: &str, span: Option<Span>| {
        if let Some(span) = span {
            errors.push_at(
                span,
                format!("`transparent` leaves this to the inner error: remove `{key}`"),
            );
        }
    };
    refuse("name", saying.name.as_ref().map(LitStr::span));
    for predefined in &saying.predefined {
        refuse(&predefined.key.to_string(), Some(predefined.key.span()));
    }
    refuse(
        "details",
        saying.details.as_ref().map(|details| details.span),
    );
    refuse("benign", saying.benign);
    let retry = saying.retry.as_ref().map(|(span, _)| *span);
    refuse("retry` or `terminal", retry);
}

fn refuse_two_names(saying: &Saying, errors: &mut ErrorSink) {
    let mut names = saying.predefined.iter();
    let Some(first) = names.next() else { return };
    if let Some(given) = &saying.name {
        errors.push(
            &first.key,
            format!(
                "`{}` sends `{}`, and `name` says {:?}: remove one of the two",
                first.key,
                first.name,
                given.value()
            ),
        );
    }
    for other in names {
        errors.push(
            &other.key,
            format!(
                "`{}` sends `{}`, and `{}` sends `{}`: remove one of the two",
                first.key, first.name, other.key, other.name
            ),
        );
    }
}

fn check_name(name: &str, at: impl ToTokens, errors: &mut ErrorSink) {
    if name.is_empty() {
        errors.push(
            at,
            "the error name is empty: nothing but `States.ALL` would match it",
        );
    } else if let Some(key) = predefined_key(name) {
        errors.push(
            at,
            format!("`{name}` is the language's own: write `#[activity_error({key})]`"),
        );
    } else if name.starts_with(RESERVED_PREFIX) {
        errors.push(
            at,
            "the error name begins with `States.`: the prefix is reserved by the states language",
        );
    } else {
        check_length(name, at, errors);
    }
}

fn check_length(name: &str, at: impl ToTokens, errors: &mut ErrorSink) {
    if name.len() > LIMIT {
        let length = name.len();
        errors.push(
            at,
            format!("the error name has {length} bytes: at most {LIMIT} are allowed"),
        );
    }
}
