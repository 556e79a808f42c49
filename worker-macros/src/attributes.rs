//! Which of the user's attributes on a function also belong on what is generated for it.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token, parse_quote};

/// The attributes of the type that stands for the function: its condition, its lint levels,
/// its deprecation and its documentation.
pub(crate) fn for_type(attributes: &[Attribute]) -> Vec<Attribute> {
    chosen(attributes, |meta| {
        is_one_of(meta, &["doc", "deprecated"]) || condition_or_lints(meta)
    })
}

/// The attributes of an `impl`: the condition and the lint levels.
pub(crate) fn for_impl(attributes: &[Attribute]) -> Vec<Attribute> {
    chosen(attributes, condition_or_lints)
}

/// The attributes of a call of a macro in the place of an item: the condition.
pub(crate) fn for_call(attributes: &[Attribute]) -> Vec<Attribute> {
    chosen(attributes, |meta| is_one_of(meta, &["cfg"]))
}

/// Whether the function is there only under a condition.
pub(crate) fn is_conditional(attributes: &[Attribute]) -> bool {
    !for_call(attributes).is_empty()
}

/// Whether the function is deprecated, so that what is generated must not complain.
pub(crate) fn is_deprecated(attributes: &[Attribute]) -> bool {
    !chosen(attributes, |meta| is_one_of(meta, &["deprecated"])).is_empty()
}

/// Whether the function has documentation.
pub(crate) fn is_documented(attributes: &[Attribute]) -> bool {
    !chosen(attributes, |meta| is_one_of(meta, &["doc"])).is_empty()
}

fn condition_or_lints(meta: &Meta) -> bool {
    is_one_of(meta, &["cfg", "allow", "expect", "warn", "deny", "forbid"])
}

fn is_one_of(meta: &Meta, names: &[&str]) -> bool {
    names.iter().any(|name| meta.path().is_ident(name))
}

fn chosen(attributes: &[Attribute], keep: impl Fn(&Meta) -> bool) -> Vec<Attribute> {
    attributes
        .iter()
        .filter_map(|attribute| {
            let meta = chosen_meta(&attribute.meta, &keep)?;
            Some(parse_quote!(#[#meta]))
        })
        .collect()
}

fn chosen_meta(meta: &Meta, keep: &impl Fn(&Meta) -> bool) -> Option<TokenStream> {
    if meta.path().is_ident("cfg_attr") {
        return chosen_of_cfg_attr(meta, keep);
    }
    if !keep(meta) {
        return None;
    }
    if let (true, Meta::List(list)) = (meta.path().is_ident("expect"), meta) {
        // The lint fires once, at the function; here the expectation would not be met.
        let lints = &list.tokens;
        return Some(quote!(allow(#lints)));
    }
    Some(meta.to_token_stream())
}

/// `cfg_attr(condition, a, b)` keeps its condition and those of its attributes that are kept.
fn chosen_of_cfg_attr(meta: &Meta, keep: &impl Fn(&Meta) -> bool) -> Option<TokenStream> {
    let Meta::List(list) = meta else { return None };
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let mut tokens = list.tokens.clone().into_iter();
    let condition: TokenStream = tokens
        .by_ref()
        .take_while(|token| !is_comma(token))
        .collect();
    let metas = Punctuated::<Meta, Token![,]>::parse_terminated
        .parse2(tokens.collect())
        .ok()?;
    let kept: Vec<TokenStream> = metas
        .iter()
        .filter_map(|meta| chosen_meta(meta, keep))
        .collect();
    (!kept.is_empty()).then(|| quote!(cfg_attr(#condition, #(#kept),*)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen_for_type(attributes: &[Attribute]) -> String {
        let kept = for_type(attributes);
        quote!(#(#kept)*).to_string()
    }

    #[test]
    fn conditions_lints_docs_and_deprecation_are_kept_and_nothing_else() {
        let attributes: Vec<Attribute> = vec![
            parse_quote!(#[doc = "Charges."]),
            parse_quote!(#[cfg(unix)]),
            parse_quote!(#[inline]),
            parse_quote!(#[tracing::instrument]),
            parse_quote!(#[deprecated]),
        ];
        let expected = quote!(#[doc = "Charges."] #[cfg(unix)] #[deprecated]);
        assert_eq!(chosen_for_type(&attributes), expected.to_string());
        assert_eq!(for_impl(&attributes).len(), 1);
        assert!(is_deprecated(&attributes));
        assert!(is_documented(&attributes));
    }

    #[test]
    fn an_expectation_becomes_a_permission() {
        let attributes: Vec<Attribute> = vec![parse_quote!(#[expect(dead_code, reason = "later")])];
        let expected = quote!(#[allow(dead_code, reason = "later")]);
        assert_eq!(chosen_for_type(&attributes), expected.to_string());
    }

    #[test]
    fn a_conditional_attribute_is_taken_apart() {
        let attributes: Vec<Attribute> = vec![
            parse_quote!(#[cfg_attr(all(test, unix), inline, cfg(unix), expect(dead_code))]),
            parse_quote!(#[cfg_attr(test, inline)]),
        ];
        let expected = quote!(#[cfg_attr(all(test, unix), cfg(unix), allow(dead_code))]);
        assert_eq!(chosen_for_type(&attributes), expected.to_string());
    }
}
