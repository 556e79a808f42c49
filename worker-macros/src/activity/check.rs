//! Questions put to the type system, each at the user's own type.
//!
//! Whether an argument is the input or the context, whether the input can be decoded, what the
//! function returned and whether its future may change threads: only the compiler knows. The
//! answers are bounds of functions in `__private`; here the calls get the spans that make the
//! compiler point at what the user wrote.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericArgument, Ident, PathArguments, Type};

use super::model::{Activity, Callee, Mode};
use crate::private::{Private, located};

/// Takes each argument out of the call; asks whether it can be one.
pub(super) fn take_arguments(activity: &Activity, private: &Private) -> Option<TokenStream> {
    if activity.arguments.is_empty() {
        return None;
    }
    let begin = if activity.limits.refuses_unknown_fields {
        quote!(arguments_strict)
    } else {
        quote!(arguments)
    };
    let mut statements = quote_spanned! {Span::mixed_site()=>
        let arguments = #private::#begin(&call);
    };
    for (argument, ty) in names(activity).iter().zip(&activity.arguments) {
        let span = located(ty.span());
        statements.extend(quote_spanned! {span=>
            let (#argument, arguments) = arguments.take::<#ty, _>()?;
        });
    }
    Some(statements)
}

/// Calls the function and turns what it returned into what is reported; asks whether the
/// worker's threads may share in it.
///
/// A blocking handler's output is encoded on its own thread: it may be large, may borrow from
/// the value of a method, and need not change threads.
pub(super) fn call_and_report(activity: &Activity, private: &Private) -> TokenStream {
    let function = function(activity);
    let mut arguments: Vec<TokenStream> = Vec::new();
    let span = located(activity.function.span());
    if let Callee::Method(_) = activity.callee {
        arguments.push(quote_spanned!(span=> &shared));
    }
    arguments.extend(names(activity).iter().map(ToTokens::to_token_stream));
    let report = report(activity, private);
    match activity.mode {
        Mode::Async => {
            let private = private.at(span);
            let call = quote_spanned!(span=> #private::sendable(#function(#(#arguments),*)).await);
            quote_spanned! {Span::mixed_site()=>
                let returned = (#call,);
                #report
            }
        }
        Mode::Blocking => {
            quote_spanned! {span=>
                call.blocking(move || {
                    let returned = (#function(#(#arguments),*),);
                    #report
                })
                .await
            }
        }
    }
}

/// A probe for what the function returns. It demands nothing: what is wrong is said where the
/// function is called.
pub(super) fn ask_returned(activity: &Activity, private: &Private) -> TokenStream {
    let function = function(activity);
    let mut arguments = names(activity);
    if let Callee::Method(_) = activity.callee {
        arguments.insert(0, Ident::new("shared", Span::mixed_site()));
    }
    let ask = match activity.mode {
        Mode::Async => quote!(awaited),
        Mode::Blocking => quote!(returned),
    };
    quote_spanned! {Span::mixed_site()=>
        #private::#ask(|(#(#arguments,)*)| #function(#(#arguments),*))
    }
}

/// What is called, by its path.
fn function(activity: &Activity) -> TokenStream {
    let function = &activity.function;
    match &activity.callee {
        Callee::Function => function.to_token_stream(),
        Callee::Associated(owner) | Callee::Method(owner) => {
            quote_spanned!(located(function.span())=> <#owner>::#function)
        }
    }
}

/// Turns what the function returned into what is reported; asks whether it is a `Result` of an
/// output that can be encoded and an error that has a name.
///
/// `returned` is a tuple of one, so that `returned.0` has two tokens and its span can reach
/// from the first token of the user's type to the last.
fn report(activity: &Activity, private: &Private) -> TokenStream {
    let whole = Reach::of(&activity.returned);
    let (output, error) = parts(&activity.returned);
    let (output, error) = (output.unwrap_or(whole), error.unwrap_or(whole));
    let returned = whole.first_of("returned");
    let asked = whole.ask(private, "result", &returned);
    let encoded = output.ask(private, "output", &output.first_of("output"));
    let named = error.ask(private, "failure", &error.first_of("error"));
    let (output, error) = (output.first_of("output"), error.first_of("error"));
    quote_spanned! {Span::mixed_site()=>
        match #asked {
            #private::Ok(#output) => #encoded,
            #private::Err(#error) => #named,
        }
    }
}

fn names(activity: &Activity) -> Vec<Ident> {
    (0..activity.arguments.len())
        .map(|index| format_ident!("argument{index}", span = Span::mixed_site()))
        .collect()
}

/// From where to where a type reaches.
#[derive(Clone, Copy)]
struct Reach {
    first: Span,
    last: Span,
}

impl Reach {
    fn of(tokens: &impl ToTokens) -> Self {
        let mut spans = tokens
            .to_token_stream()
            .into_iter()
            .map(|token| token.span());
        let first = spans.next().unwrap_or_else(Span::mixed_site);
        Self {
            first: located(first),
            last: located(spans.last().unwrap_or(first)),
        }
    }

    fn first_of(self, name: &str) -> Ident {
        Ident::new(name, self.first)
    }

    /// `function(value.0)`, where `value.0` is underlined as the whole type.
    fn ask(self, private: &Private, function: &str, value: &Ident) -> TokenStream {
        let private = private.at(self.first);
        let function = self.first_of(function);
        let mut index = proc_macro2::Literal::usize_unsuffixed(0);
        index.set_span(self.last);
        quote_spanned!(self.first=> #private::#function(#value.#index))
    }
}

/// Where the output and the error stand in `Result<Output, Error>`, if they do.
///
/// This serves for underlining only. What they are, the compiler says.
fn parts(returned: &Type) -> (Option<Reach>, Option<Reach>) {
    let Type::Path(path) = returned else {
        return (None, None);
    };
    let Some(PathArguments::AngleBracketed(arguments)) =
        path.path.segments.last().map(|last| &last.arguments)
    else {
        return (None, None);
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(Reach::of(ty)),
        _ => None,
    });
    (types.next(), types.next())
}
