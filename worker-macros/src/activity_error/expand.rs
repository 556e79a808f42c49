//! The cases as tokens: an `impl ActivityError`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Generics, Ident, Path, parse_quote};

use super::model::Cases;
use crate::private::Private;

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
    let names = cases.map(Cases::distinct_names).unwrap_or_default();
    let error_name = match cases {
        Some(cases) => error_name(cases, &private),
        None => quote!(loop {}),
    };
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #impl_generics #private::ActivityError for #ident #type_generics #where_clause {
            const NAMES: &'static [&'static #private::str] = &[#(#names),*];
            fn error_name(&self) -> #private::ErrorName {
                #error_name
            }
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
    match cases {
        Cases::Struct(name) => quote!(#private::ErrorName::from_static(#name)),
        Cases::Enum(variants) => {
            let arms = variants.iter().map(|(variant, name)| {
                // Spanned as the macro's own: naming a deprecated variant is not using it.
                let variant = Ident::new(&variant.to_string(), Span::mixed_site());
                quote!(Self::#variant { .. } => #private::ErrorName::from_static(#name))
            });
            quote_spanned!(Span::mixed_site()=> match self { #(#arms),* })
        }
    }
}
