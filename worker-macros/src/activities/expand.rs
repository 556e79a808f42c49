//! The model as tokens: the block as it was, and an `impl Activities`.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

use super::model::Activities;
use super::parse::{Block, Member};
use crate::activity::parse::is_activity;
use crate::activity::{IN_BLOCK, expand};
use crate::attributes;
use crate::private::{Private, located};

/// Expands a valid block.
pub(crate) fn activities(block: &Block, activities: &Activities) -> TokenStream {
    let private = Private::new(activities.path.as_ref());
    let mut before = activities.activities.iter().map(expand::before_function);
    let own = own(block, || before.next().flatten());
    let conditions = attributes::for_call(&block.attributes);
    let lints = attributes::for_impl(&block.attributes);
    let markers = activities.activities.iter().map(expand::activity);
    let added = activities.activities.iter().map(|activity| {
        let conditions = attributes::for_call(&activity.attributes);
        let marker = &activity.marker;
        quote_spanned!(Span::mixed_site()=> #(#conditions)* set.add::<#marker>();)
    });
    let implementation = implementation(&private, &activities.owner, &quote!(#(#added)*));
    quote_spanned! {Span::mixed_site()=>
        #own

        #(#conditions)*
        const _: () = {
            #(#lints)*
            #implementation

            #(#markers)*
        };
    }
}

/// Expands to what keeps the rest of the program readable for the compiler after a mistake:
/// who registers the block should not be told that it has no activities.
pub(crate) fn stand_in(block: &Block, path: Option<&Path>) -> TokenStream {
    let own = own(block, || None);
    let is_plain = block.generics.params.is_empty() && block.of_trait.is_none();
    let implementation = is_plain.then(|| {
        let owner = block.owner.to_token_stream();
        implementation(
            &Private::new(path),
            &owner,
            &quote_spanned!(Span::mixed_site()=> let _ = set;),
        )
    });
    quote!(#own #implementation)
}

fn implementation(private: &Private, owner: &TokenStream, body: &TokenStream) -> TokenStream {
    let start = owner.clone().into_iter().next().map(|token| token.span());
    let at = private.at(located(start.unwrap_or_else(Span::mixed_site)));
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #at::Activities for #owner {
            fn register(set: &mut #private::ActivitySet) {
                #body
            }
        }
    }
}

/// The block itself. Its `#[activity]` attributes stay, so that they must be imported like any
/// other name; they have nothing left to do.
fn own(block: &Block, mut before: impl FnMut() -> Option<TokenStream>) -> TokenStream {
    let in_block = Ident::new(IN_BLOCK, Span::mixed_site());
    let members = block.members.iter().map(|member| match member {
        Member::Other(tokens) => tokens.clone(),
        Member::Activity(method) => {
            let name = method.attribute.path();
            let attributes = method.function.attributes.iter();
            let attributes = attributes.filter(|attribute| !is_activity(attribute));
            let before = before();
            let visibility = &method.function.visibility;
            let signature = &method.function.signature;
            let body = &method.body;
            quote! {
                #(#attributes)*
                #before
                #[#name(#in_block)]
                #visibility #signature #body
            }
        }
    });
    let mut body = Group::new(block.body.delimiter(), members.collect());
    body.set_span(block.body.span());
    let mut tokens = block.head.clone();
    body.to_tokens(&mut tokens);
    tokens
}
