//! What was written: the options of the attribute, and the block with its methods.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Generics, Item, LitStr, Path, Token, Type, WhereClause};

use crate::activity::parse::{Function, LimitOptions, head, is_activity};
use crate::errors::ErrorSink;
use crate::keys::{self, Key};

/// Every option of the attribute.
const KEYS: [Key; 3] = [
    Key {
        name: "prefix",
        takes: "a text in quotes",
        usage: "prefix = \"billing-\"",
    },
    Key {
        name: "defaults",
        takes: "options in parentheses",
        usage: "defaults(timeout = \"10m\")",
    },
    Key {
        name: "crate",
        takes: "a path without quotes",
        usage: "crate = ::path::to::sfn_worker_core",
    },
];

/// The options as they were written.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) prefix: Option<LitStr>,
    pub(crate) defaults: LimitOptions,
    pub(crate) path: Option<Path>,
}

/// An `impl` block whose bodies are left alone: what is in them is the compiler's business.
pub(crate) struct Block {
    /// All that stands before the braces, with the attributes.
    pub(crate) head: TokenStream,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) impl_token: Token![impl],
    pub(crate) generics: Generics,
    /// The trait of a block that implements one.
    pub(crate) of_trait: Option<Type>,
    pub(crate) owner: Type,
    pub(crate) body: Group,
    pub(crate) members: Vec<Member>,
}

/// What stands in a block.
pub(crate) enum Member {
    /// A method that is to be an activity.
    Activity(Box<Method>),
    /// Anything else, as it was written.
    Other(TokenStream),
}

/// A method with `#[activity]`.
pub(crate) struct Method {
    /// The attribute, which is not among those of the function.
    pub(crate) attribute: Attribute,
    pub(crate) function: Function,
    pub(crate) body: Group,
}

/// Reads the options; a mistake in one does not hide those in the others.
pub(crate) fn options(attribute: TokenStream, errors: &mut ErrorSink) -> Options {
    let mut options = Options::default();
    for entry in keys::parse(attribute, "option", &KEYS, errors) {
        match entry.name() {
            "prefix" => options.prefix = entry.string(errors),
            "defaults" => {
                if let Some(defaults) = entry.nested(errors) {
                    options.defaults = LimitOptions::parse(defaults, errors);
                }
            }
            _ => options.path = entry.path(errors),
        }
    }
    options
}

/// Reads the block.
///
/// # Errors
///
/// The item is something else.
pub(crate) fn block(item: TokenStream) -> syn::Result<Block> {
    let header = match parse_header.parse2(item.clone()) {
        Ok(header) => header,
        Err(error) => return Err(not_a_block(item, error)),
    };
    let members = parse_members.parse2(header.body.stream())?;
    Ok(Block {
        head: head(item),
        members,
        ..header
    })
}

fn parse_header(input: ParseStream<'_>) -> syn::Result<Block> {
    let attributes = input.call(Attribute::parse_outer)?;
    input.parse::<Option<Token![unsafe]>>()?;
    let impl_token = input.parse()?;
    let mut generics: Generics = input.parse()?;
    input.parse::<Option<Token![!]>>()?;
    let first: Type = input.parse()?;
    let (of_trait, owner) = if input.parse::<Option<Token![for]>>()?.is_some() {
        (Some(first), input.parse()?)
    } else {
        (None, first)
    };
    generics.where_clause = input.parse::<Option<WhereClause>>()?;
    Ok(Block {
        head: TokenStream::new(),
        attributes,
        impl_token,
        generics,
        of_trait,
        owner,
        body: input.parse()?,
        members: Vec::new(),
    })
}

fn parse_members(input: ParseStream<'_>) -> syn::Result<Vec<Member>> {
    let inner = input.call(Attribute::parse_inner)?;
    let mut members = vec![Member::Other(quote!(#(#inner)*))];
    while !input.is_empty() {
        members.push(input.parse()?);
    }
    Ok(members)
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        if let Ok(method) = ahead.parse::<Method>() {
            input.advance_to(&ahead);
            return Ok(Self::Activity(Box::new(method)));
        }
        other(input).map(Self::Other)
    }
}

impl Parse for Method {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let Some(at) = attributes.iter().position(is_activity) else {
            return Err(input.error("no activity"));
        };
        let attribute = attributes.remove(at);
        Ok(Self {
            attribute,
            function: Function {
                attributes,
                visibility: input.parse()?,
                signature: input.parse()?,
            },
            body: input.parse()?,
        })
    }
}

/// A member that is no activity: up to its semicolon, or to its braces if it is not a value.
fn other(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut is_value = false;
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let is_end = match &token {
            TokenTree::Punct(punct) => {
                is_value |= punct.as_char() == '=';
                punct.as_char() == ';'
            }
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !is_value,
            _ => false,
        };
        tokens.extend([token]);
        if is_end {
            break;
        }
    }
    Ok(tokens)
}

fn not_a_block(item: TokenStream, error: syn::Error) -> syn::Error {
    let what = match syn::parse2(item.clone()) {
        Ok(Item::Fn(_)) => {
            "`#[activities]` goes on an `impl` block; on a function, write `#[activity]`"
        }
        Ok(Item::Impl(_)) | Err(_) => return error,
        Ok(_) => "`#[activities]` goes on an `impl` block, and `#[activity]` on its methods",
    };
    syn::Error::new_spanned(head(item), what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_told_apart_whatever_is_in_them() {
        let block = block(quote! {
            impl Billing<'static> {
                #![allow(dead_code)]
                const LIMIT: u64 = { 4 };
                type Order = [u8; { 3 }];
                more!();
                others! {}
                #[activity]
                async fn refund(&self) -> Result<(), Failure> where u8: Copy { this is not Rust }
                fn helper<T: Fn() -> [u8; 1]>(&self) -> bool { 1 == 2 }
                #[inline]
                #[worker::activity(blocking)]
                pub fn close(&self) {}
            }
        })
        .unwrap();
        let kinds: Vec<bool> = block
            .members
            .iter()
            .map(|member| matches!(member, Member::Activity(_)))
            .collect();
        assert_eq!(kinds[1..], [false, false, false, false, true, false, true]);
        assert!(block.of_trait.is_none());
    }
}
