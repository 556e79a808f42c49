//! The model as tokens: a type with the function's name, and its `impl Activity`.

use std::time::Duration;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Ident, Path, Visibility};

use super::check;
use super::model::{Activity, Callee, Mode};
use super::parse::Function;
use crate::private::Private;
use crate::{attributes, documentation};

/// Expands a valid activity.
pub(crate) fn activity(activity: &Activity) -> TokenStream {
    let private = Private::new(activity.path.as_ref());
    let Activity { name, marker, .. } = activity;
    let item = match activity.callee {
        Callee::Function => public_marker(
            &private,
            &activity.attributes,
            &activity.visibility,
            &activity.function,
        ),
        Callee::Associated(_) | Callee::Method(_) => hidden_marker(activity),
    };
    let attributes = attributes::for_impl(&activity.attributes);
    let deprecated = deprecated(activity);
    let options = options(activity, &private);
    let describe = describe(activity, &private);
    let run = run(activity, &private);
    let annotate = annotate(activity, &private);
    quote_spanned! {Span::mixed_site()=>
        #item

        #(#attributes)*
        #deprecated
        #[automatically_derived]
        impl #private::Activity for #marker {
            const NAME: &'static #private::str = #name;
            #options
            #describe
            #run
        }

        #annotate
    }
}

/// Expands to what keeps the rest of the program readable for the compiler after a mistake:
/// who registers the activity should not be told that there is none.
pub(crate) fn stand_in(function: &Function, path: Option<&Path>) -> TokenStream {
    let private = Private::new(path);
    let name = &function.signature.ident;
    let marker = public_marker(&private, &function.attributes, &function.visibility, name);
    let attributes = attributes::for_impl(&function.attributes);
    quote_spanned! {Span::mixed_site()=>
        #marker

        #(#attributes)*
        #[automatically_derived]
        impl #private::Activity for #name {
            const NAME: &'static #private::str = "";
            async fn run(_: #private::Call) -> #private::Handled {
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
fn public_marker(
    private: &Private,
    attributes: &[Attribute],
    visibility: &Visibility,
    function: &Ident,
) -> TokenStream {
    // A function without docs is one complaint of `missing_docs`, not two.
    let docs = (!attributes::is_documented(attributes)).then(|| {
        let text = format!(" The activity `{function}`.");
        quote!(#[doc = #text])
    });
    let item = quote_spanned!(function.span()=> #visibility struct #function {});
    let attributes = attributes::for_type(attributes);
    quote! {
        #(#attributes)*
        #docs
        #[allow(
            clippy::empty_structs_with_brackets,
            missing_copy_implementations,
            non_camel_case_types
        )]
        #[derive(#private::Debug)]
        #[non_exhaustive]
        #item
    }
}

/// The type that stands for a method, where nobody but its `impl` block can name it.
fn hidden_marker(activity: &Activity) -> TokenStream {
    let conditions = attributes::for_call(&activity.attributes);
    let marker = &activity.marker;
    quote! {
        #(#conditions)*
        #[allow(non_camel_case_types)]
        struct #marker;
    }
}

/// Naming what is deprecated is not using it.
fn deprecated(activity: &Activity) -> Option<TokenStream> {
    attributes::is_deprecated(&activity.attributes).then(|| quote!(#[allow(deprecated)]))
}

/// Puts a free function on the list of those that a worker can find; methods need a value.
///
/// Whether there is a list, only the library knows.
fn annotate(activity: &Activity, private: &Private) -> Option<TokenStream> {
    let Callee::Function = activity.callee else {
        return None;
    };
    let conditions = attributes::for_call(&activity.attributes);
    let deprecated = deprecated(activity);
    let marker = &activity.marker;
    Some(quote_spanned! {Span::mixed_site()=>
        #(#conditions)*
        #private::annotate!(#deprecated #marker);
    })
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

/// Says what the function does, where it stands, what its arguments need and how it fails.
fn describe(activity: &Activity, private: &Private) -> TokenStream {
    let text = documentation::text(&activity.attributes, private);
    let (file, line) = &activity.place;
    let line = Literal::u32_unsuffixed(*line);
    let arguments = &activity.arguments;
    let shared = match &activity.callee {
        Callee::Method(owner) => Some(quote_spanned! {Span::mixed_site()=>
            description.add_state::<#owner>();
        }),
        Callee::Function | Callee::Associated(_) => None,
    };
    let returned = check::ask_returned(activity, private);
    quote_spanned! {Span::mixed_site()=>
        fn describe(description: &mut #private::Description) {
            #private::about(description, #text, #file, #line);
            #shared
            #(#private::argument::<#arguments>().describe(description);)*
            #returned.describe(description);
        }
    }
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
    let take_arguments = check::take_arguments(activity, private);
    let call_and_report = check::call_and_report(activity, private);
    let shared = match &activity.callee {
        Callee::Method(owner) => Some(quote_spanned! {Span::mixed_site()=>
            let shared = #private::shared::<#owner>(&call)?;
        }),
        Callee::Function | Callee::Associated(_) => None,
    };
    // A large input would otherwise be held twice for as long as the handler runs.
    let forget_input = (activity.mode == Mode::Async)
        .then(|| quote_spanned!(Span::mixed_site()=> #private::drop(call);));
    quote_spanned! {Span::mixed_site()=>
        async fn run(call: #private::Call) -> #private::Handled {
            #take_arguments
            #shared
            #forget_input
            #call_and_report
        }
    }
}
