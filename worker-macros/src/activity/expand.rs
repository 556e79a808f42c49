//! The model as tokens: a type with the function's name, and its `impl Activity`.

use std::time::Duration;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Ident, Path, Visibility};

use super::check;
use super::model::{Activity, Mode};
use super::parse::Function;
use crate::attributes;
use crate::private::Private;

/// Expands a valid activity.
pub(crate) fn activity(activity: &Activity) -> TokenStream {
    let private = Private::new(activity.path.as_ref());
    let Activity { name, function, .. } = activity;
    let marker = marker(
        &private,
        &activity.type_attributes,
        activity.is_documented,
        &activity.visibility,
        function,
    );
    let attributes = &activity.impl_attributes;
    let deprecated = activity.is_deprecated.then(|| quote!(#[allow(deprecated)]));
    let options = options(activity, &private);
    let describe = describe(activity, &private);
    let run = run(activity, &private);
    quote_spanned! {Span::mixed_site()=>
        #marker

        #(#attributes)*
        #deprecated
        #[automatically_derived]
        impl #private::Activity for #function {
            const NAME: &'static #private::str = #name;
            #options
            #describe
            #run
        }
    }
}

/// Expands to what keeps the rest of the program readable for the compiler after a mistake:
/// who registers the activity should not be told that there is none.
pub(crate) fn stand_in(function: &Function, path: Option<&Path>) -> TokenStream {
    let private = Private::new(path);
    let name = &function.signature.ident;
    let marker = marker(
        &private,
        &attributes::for_type(&function.attributes),
        attributes::is_documented(&function.attributes),
        &function.visibility,
        name,
    );
    let attributes = attributes::for_impl(&function.attributes);
    quote_spanned! {Span::mixed_site()=>
        #marker

        #(#attributes)*
        #[automatically_derived]
        impl #private::Activity for #name {
            const NAME: &'static #private::str = "";
            async fn run(_: #private::Call) -> #private::Result<#private::Payload, #private::Failure> {
                loop {}
            }
        }
    }
}

/// What stands before the function itself.
///
/// The worker gives arguments away, whether the function needs to own them or not. Clippy sees
/// that need in an async function and would ask for references in a blocking one.
pub(crate) fn before_function(activity: &Activity) -> Option<TokenStream> {
    let by_value = activity.mode == Mode::Blocking && !activity.arguments.is_empty();
    by_value.then(|| quote!(#[allow(clippy::needless_pass_by_value)]))
}

/// The type that stands for the function. Types and functions have different name spaces, and
/// braces keep the type out of that of functions.
///
/// It carries the span of the function's name: then an activity that nobody registers is dead
/// code of the user's own, not of a macro.
fn marker(
    private: &Private,
    attributes: &[Attribute],
    is_documented: bool,
    visibility: &Visibility,
    function: &Ident,
) -> TokenStream {
    // A function without docs is one complaint of `missing_docs`, not two.
    let docs = (!is_documented).then(|| {
        let text = format!(" The activity `{function}`.");
        quote!(#[doc = #text])
    });
    let item = quote_spanned!(function.span()=> #visibility struct #function {});
    quote! {
        #(#attributes)*
        #docs
        #[allow(clippy::empty_structs_with_brackets, non_camel_case_types)]
        #[derive(#private::Clone, #private::Copy, #private::Debug)]
        #[non_exhaustive]
        #item
    }
}

fn options(activity: &Activity, private: &Private) -> TokenStream {
    let mut calls = TokenStream::new();
    let mut add = |method: &str, value: TokenStream| {
        let method = Ident::new(method, Span::mixed_site());
        calls.extend(quote!(.#method(#value)));
    };
    let limits = activity.limits;
    if let Some(every) = limits.heartbeat {
        add("with_heartbeat", duration(every, private));
    }
    if let Some(limit) = limits.timeout {
        add("with_timeout", duration(limit, private));
    }
    if let Some(tasks) = limits.concurrency {
        add("with_concurrency", number(tasks));
    }
    if let Some(limit) = limits.heartbeat_timeout {
        add("with_heartbeat_timeout", duration(limit, private));
    }
    if let Some(silence) = limits.stall_after {
        add("with_stall_after", duration(silence, private));
    }
    if let Some((tasks, per)) = limits.rate {
        let (tasks, per) = (number(tasks), duration(per, private));
        add("with_rate", quote!(#private::Rate::new(#tasks, #per)));
    }
    if calls.is_empty() {
        return calls;
    }
    quote! {
        const OPTIONS: #private::ActivityOptions = #private::ActivityOptions::new()#calls;
    }
}

/// Says what the arguments need. Without arguments, nothing is to be said.
fn describe(activity: &Activity, private: &Private) -> Option<TokenStream> {
    let arguments = &activity.arguments;
    (!arguments.is_empty()).then(|| {
        quote_spanned! {Span::mixed_site()=>
            fn describe(description: &mut #private::Description) {
                #(#private::describe::<#arguments, _>(description);)*
            }
        }
    })
}

fn duration(duration: Duration, private: &Private) -> TokenStream {
    let seconds = Literal::u64_unsuffixed(duration.as_secs());
    let nanos = Literal::u32_unsuffixed(duration.subsec_nanos());
    quote!(#private::Duration::new(#seconds, #nanos))
}

/// Without a suffix: the compiler knows what the option takes.
fn number(number: u32) -> TokenStream {
    Literal::u32_unsuffixed(number).to_token_stream()
}

fn run(activity: &Activity, private: &Private) -> TokenStream {
    let take_arguments = check::take_arguments(activity);
    let call_function = check::call_function(activity, private);
    let report = check::report(activity, private);
    // A large input would otherwise be held twice for as long as the handler runs.
    let forget_input = (activity.mode == Mode::Async)
        .then(|| quote_spanned!(Span::mixed_site()=> #private::drop(call);));
    quote_spanned! {Span::mixed_site()=>
        async fn run(
            call: #private::Call,
        ) -> #private::Result<#private::Payload, #private::Failure> {
            let arguments = #private::arguments(&call);
            #take_arguments
            #forget_input
            let returned = (#call_function,);
            #report
        }
    }
}
