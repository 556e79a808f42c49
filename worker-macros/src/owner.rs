//! `Self` written out, for what is generated outside of the `impl` block.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Type;

/// The type with the owner of its `impl` block in the place of every `Self`.
///
/// The tokens of the owner take the place in the source of the `Self` for which they stand.
pub(crate) fn written_out(ty: &Type, owner: &TokenStream) -> Type {
    let tokens = replaced(ty.to_token_stream(), owner);
    // It was a type, and it is one with a type in place of another.
    syn::parse2(tokens).unwrap_or_else(|_| ty.clone())
}

fn replaced(tokens: TokenStream, owner: &TokenStream) -> TokenStream {
    let mut written = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), replaced(group.stream(), owner));
                inside.set_span(group.span());
                written.extend([TokenTree::Group(inside)]);
            }
            TokenTree::Ident(ident) if ident == "Self" => {
                let span = ident.span();
                let owner = owner.clone().into_iter().map(|mut token| {
                    token.set_span(span);
                    token
                });
                // `Self::Input` needs a bracket around any type that is more than a name.
                let is_path =
                    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                written.extend(if is_path {
                    quote_spanned!(span=> <#(#owner)*>)
                } else {
                    owner.collect()
                });
            }
            token => written.extend([token]),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn self_is_written_out_at_any_depth() {
        let owner = quote!(Store<Disk>);
        let ty: Type = syn::parse_quote!(Vec<(Self, Self::Key, other::Self_)>);
        let written = written_out(&ty, &owner).to_token_stream().to_string();
        let expected = "Vec<(Store<Disk>,<Store<Disk>>::Key,other::Self_)>";
        assert_eq!(written.replace(' ', ""), expected);
    }
}
