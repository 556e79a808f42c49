//! The names of an error as constants, with what is known of each.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

use super::known::Name;
use super::model::Cases;
use super::retry::{Hint, Retry};
use crate::private::{Private, located};

/// `FAILURES`, and `NAMES` where all of them are known here; none are, after a mistake.
pub(super) fn constants(cases: Option<&Cases>, private: &Private) -> TokenStream {
    let Some(cases) = cases else {
        return quote_spanned! {Span::mixed_site()=>
            const FAILURES: &'static [#private::ErrorInfo] = &[];
            const NAMES: &'static [&'static #private::str] = &[];
        };
    };
    if cases.inner().next().is_some() {
        return merged(cases, private);
    }
    let infos = cases.names.iter().map(|name| info(name, private));
    let names = cases.names.iter().map(|name| &name.name);
    quote_spanned! {Span::mixed_site()=>
        const FAILURES: &'static [#private::ErrorInfo] = &[#(#infos),*];
        const NAMES: &'static [&'static #private::str] = &[#(#names),*];
    }
}

/// The names of the error's own and those of inner errors, which only the compiler knows.
fn merged(cases: &Cases, private: &Private) -> TokenStream {
    let part = |method: &str, shared: bool| {
        let names = cases.names.iter().filter(|name| name.shared == shared);
        let infos: Vec<TokenStream> = names.map(|name| info(name, private)).collect();
        let method = Ident::new(method, Span::mixed_site());
        (!infos.is_empty())
            .then(|| quote_spanned!(Span::mixed_site()=> #private::Part::#method(&[#(#infos),*])))
    };
    let mut parts = Vec::new();
    parts.extend(part("new", false));
    parts.extend(part("shared", true));
    let mut checks = TokenStream::new();
    for inner in cases.inner() {
        let index = Literal::usize_unsuffixed(parts.len());
        let span = located(inner.span);
        let (of, private) = (&inner.of_static, private.at(span));
        let method = Ident::new(if inner.shared { "shared" } else { "new" }, span);
        parts.push(quote_spanned! {span=>
            #private::Part::#method(<#of as #private::ActivityError>::FAILURES)
        });
        if !inner.shared {
            checks.extend(quote_spanned! {span=>
                const _: () = #private::assert_unshared(&PARTS, #index);
            });
        }
    }
    let count = Literal::usize_unsuffixed(parts.len());
    quote_spanned! {Span::mixed_site()=>
        const FAILURES: &'static [#private::ErrorInfo] = {
            const PARTS: [#private::Part; #count] = [#(#parts),*];
            #checks
            const MERGED: [#private::ErrorInfo; #private::distinct(&PARTS)] =
                #private::merged(&PARTS);
            &MERGED
        };
    }
}

fn info(name: &Name, private: &Private) -> TokenStream {
    let mut info = {
        let name = &name.name;
        quote_spanned!(Span::mixed_site()=> #private::ErrorInfo::new(#name))
    };
    let mut add = |call: TokenStream| info.extend(call);
    if let Some(description) = &name.description {
        add(quote_spanned!(Span::mixed_site()=> .with_description(#description)));
    }
    if name.benign {
        add(quote_spanned!(Span::mixed_site()=> .benign()));
    }
    if let Some(hint) = name.retry {
        let hint = retry_hint(hint, private);
        add(quote_spanned!(Span::mixed_site()=> .with_retry(#hint)));
    }
    if !name.details.is_empty() {
        let keys = &name.details;
        add(quote_spanned!(Span::mixed_site()=> .with_details(&[#(#keys),*])));
    }
    info
}

fn retry_hint(hint: Hint, private: &Private) -> TokenStream {
    let Hint::Retry(retry) = hint else {
        return quote_spanned!(Span::mixed_site()=> #private::RetryHint::Never);
    };
    let Retry {
        interval_seconds,
        max_attempts,
        backoff_percent,
        max_delay_seconds,
        jitter,
    } = retry;
    let [interval, attempts, backoff] =
        [interval_seconds, max_attempts, backoff_percent].map(Literal::u32_unsuffixed);
    let max_delay = match max_delay_seconds.map(Literal::u32_unsuffixed) {
        Some(seconds) => quote_spanned!(Span::mixed_site()=> #private::Some(#seconds)),
        None => quote_spanned!(Span::mixed_site()=> #private::None),
    };
    let jitter = quote!(#jitter);
    quote_spanned! {Span::mixed_site()=>
        #private::RetryHint::Retry {
            interval_seconds: #interval,
            max_attempts: #attempts,
            backoff_percent: #backoff,
            max_delay_seconds: #max_delay,
            jitter: #jitter,
        }
    }
}
