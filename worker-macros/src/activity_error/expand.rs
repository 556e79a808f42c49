//! The cases as tokens: an `impl ActivityError`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Generics, Ident, Member, Path, parse_quote};

use super::failures;
use super::model::{Case, Cases, Entry, Inner, Naming};
use crate::private::{Private, located};

/// Expands the implementation.
///
/// Without cases, after a mistake, it stands in for the right one: who returns the error from
/// an activity should not be told that it has no names.
pub(crate) fn activity_error(
    input: &DeriveInput,
    path: Option<&Path>,
    cases: Option<&Cases>,
) -> TokenStream {
    let private = Private::new(path);
    let ident = &input.ident;
    let generics = with_error_bound(&input.generics, &private);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, type_generics, _) = input.generics.split_for_impl();
    let constants = failures::constants(cases, &private);
    let error_name = match cases {
        Some(cases) => error_name(cases, &private),
        None => quote!(loop {}),
    };
    let details = cases.and_then(|cases| details(cases, &private));
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #impl_generics #private::ActivityError for #ident #type_generics #where_clause {
            #constants
            fn error_name(&self) -> #private::ErrorName {
                #error_name
            }
            #details
        }
    }
}

/// `ActivityError` is for errors; of a generic type that may depend on its parameters.
fn with_error_bound(generics: &Generics, private: &Private) -> Generics {
    let mut generics = generics.clone();
    if generics.type_params().next().is_some() {
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(Self: #private::Error));
    }
    generics
}

fn error_name(cases: &Cases, private: &Private) -> TokenStream {
    let arms = cases.cases.iter().map(|case| match &case.naming {
        Naming::Own { name, .. } => {
            let value =
                quote_spanned!(Span::mixed_site()=> #private::ErrorName::from_static(#name));
            (case, Some(Arm::new(Vec::new(), value)))
        }
        Naming::Inner(inner) => (case, Some(Arm::calling(inner, "error_name", private))),
    });
    by_case(&arms.collect::<Vec<_>>(), None)
}

/// The details, where a case has any.
fn details(cases: &Cases, private: &Private) -> Option<TokenStream> {
    let arms = cases.cases.iter().map(|case| match &case.naming {
        Naming::Own { details, .. } if details.is_empty() => (case, None),
        Naming::Own { details, .. } => (case, Some(Arm::telling(details, private))),
        Naming::Inner(inner) => (case, Some(Arm::calling(inner, "details", private))),
    });
    let arms: Vec<_> = arms.collect();
    arms.iter().find_map(|(_, arm)| arm.as_ref())?;
    let none = quote_spanned!(Span::mixed_site()=> #private::None);
    let body = by_case(&arms, Some(&none));
    Some(quote_spanned! {Span::mixed_site()=>
        fn details(&self) -> #private::Option<#private::Details> {
            #body
        }
    })
}

/// What becomes of one case: a value, made of some of its fields.
struct Arm<'a> {
    /// They are bound to the names that [`binding`] gives to their places here.
    fields: Vec<&'a Member>,
    value: TokenStream,
}

impl<'a> Arm<'a> {
    fn new(fields: Vec<&'a Member>, value: TokenStream) -> Self {
        Self { fields, value }
    }

    /// Asks the inner error.
    fn calling(inner: &'a Inner, method: &str, private: &Private) -> Self {
        let span = located(inner.span);
        let (of, error) = (&inner.of, binding(0));
        let private = private.at(span);
        let method = Ident::new(method, span);
        let value = quote_spanned!(span=> <#of as #private::ActivityError>::#method(#error));
        Self::new(vec![&inner.field], value)
    }

    /// Tells of some fields.
    fn telling(entries: &'a [Entry], private: &Private) -> Self {
        let mut fields: Vec<&Member> = Vec::new();
        let mut details = quote_spanned!(Span::mixed_site()=> #private::Details::new());
        for entry in entries {
            let known = fields.iter().position(|field| **field == entry.field);
            let field = binding(known.unwrap_or(fields.len()));
            if known.is_none() {
                fields.push(&entry.field);
            }
            let key = &entry.key;
            // A field that cannot be told of is underlined where it is named.
            let mut argument = field;
            argument.set_span(located(entry.span));
            details = quote_spanned!(located(entry.span)=> #details.with(#key, #argument));
        }
        let value = quote_spanned!(Span::mixed_site()=> #private::Some(#details));
        Self::new(fields, value)
    }

    /// The pattern of a case, as far as this needs it.
    fn pattern(&self, case: &Case) -> TokenStream {
        let fields = self.fields.iter().enumerate().map(|(index, field)| {
            let (field, binding) = (own(field), binding(index));
            quote_spanned!(Span::mixed_site()=> #field: #binding)
        });
        let rest = (self.fields.len() < case.fields || case.fields == 0).then(|| quote!(..));
        let path = path(case);
        quote_spanned!(Span::mixed_site()=> #path { #(#fields,)* #rest })
    }
}

/// A body that comes to the value of the case; to another value where a case has none.
fn by_case(arms: &[(&Case, Option<Arm<'_>>)], otherwise: Option<&TokenStream>) -> TokenStream {
    if let [(case, Some(arm))] = arms
        && case.variant.is_none()
    {
        let (pattern, value) = (arm.pattern(case), &arm.value);
        let binds = (!arm.fields.is_empty())
            .then(|| quote_spanned!(Span::mixed_site()=> let #pattern = self;));
        return quote_spanned!(Span::mixed_site()=> #binds #value);
    }
    let others = arms.iter().filter(|(_, arm)| arm.is_none());
    let others: Vec<TokenStream> = others.map(|(case, _)| path(case)).collect();
    let others = (!others.is_empty())
        .then(|| quote_spanned!(Span::mixed_site()=> #(#others { .. })|* => #otherwise));
    let arms = arms.iter().filter_map(|(case, arm)| {
        let arm = arm.as_ref()?;
        let (pattern, value) = (arm.pattern(case), &arm.value);
        Some(quote_spanned!(Span::mixed_site()=> #pattern => #value,))
    });
    quote_spanned!(Span::mixed_site()=> match self { #(#arms)* #others })
}

fn path(case: &Case) -> TokenStream {
    let variant = case.variant.as_ref().map(|variant| {
        // Spanned as the macro's own: naming a deprecated variant is not using it.
        let mut variant = variant.clone();
        variant.set_span(Span::mixed_site());
        quote!(::#variant)
    });
    quote_spanned!(Span::mixed_site()=> Self #variant)
}

/// A field as the macro's own, for the same reason.
fn own(field: &Member) -> Member {
    let mut field = field.clone();
    match &mut field {
        Member::Named(name) => name.set_span(Span::mixed_site()),
        Member::Unnamed(index) => index.span = Span::mixed_site(),
    }
    field
}

fn binding(index: usize) -> Ident {
    Ident::new(&format!("field_{index}"), Span::mixed_site())
}
