//! A case as it stands in the type: its fields, and what can be said of them.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Fields, Generics, Ident, Member, Type};

use super::model::{Entry, Inner};
use super::parse::{Details, Transparent};
use crate::errors::ErrorSink;
use crate::keys::nearest;

/// A case as it stands in the type.
pub(super) struct Place<'a> {
    pub(super) ident: &'a Ident,
    pub(super) fields: &'a Fields,
    /// Those of the type.
    pub(super) generics: &'a Generics,
}

impl Place<'_> {
    /// The fields that the state machine may read.
    pub(super) fn entries(&self, details: &Details, errors: &mut ErrorSink) -> Vec<Entry> {
        if self.fields.is_empty() {
            let message = format!("`{}` has no fields: remove `details`", self.ident);
            errors.push_at(details.span, message);
            return Vec::new();
        }
        let mut entries: Vec<Entry> = Vec::new();
        for detail in &details.entries {
            let key = detail.key.unraw().to_string();
            if entries.iter().any(|entry| entry.key == key) {
                errors.push(&detail.key, format!("the detail `{key}` is given twice"));
            } else if self.has(&detail.field, errors) {
                entries.push(Entry {
                    key,
                    field: detail.field.clone(),
                    span: detail.field.span(),
                });
            }
        }
        entries
    }

    /// The inner error.
    pub(super) fn inner(
        &self,
        transparent: &Transparent,
        shared: bool,
        errors: &mut ErrorSink,
    ) -> Option<Inner> {
        let field = match &transparent.field {
            Some(field) if self.has(field, errors) => field.clone(),
            Some(_) => return None,
            None => match self.fields.members().next() {
                Some(only) if self.fields.len() == 1 => only,
                _ => {
                    let message = match self.fields.len() {
                        0 => format!("`{}` has no field with an inner error", self.ident),
                        many => format!(
                            "`{}` has {many} fields: write in which the inner error is, as \
                             `transparent = source` or `transparent = 0`",
                            self.ident
                        ),
                    };
                    errors.push_at(transparent.span, message);
                    return None;
                }
            },
        };
        let members = self.fields.members().zip(self.fields);
        let (_, found) = members.into_iter().find(|(member, _)| *member == field)?;
        if let Some(parameter) = self.parameter_in(&found.ty) {
            errors.push(
                &found.ty,
                format!(
                    "the names of the inner error are put together in a constant, and \
                     `{parameter}` is not known there: name a type, or implement `ActivityError` \
                     without the derive"
                ),
            );
            return None;
        }
        Some(Inner {
            of: found.ty.clone(),
            of_static: self.without_lifetimes(found.ty.to_token_stream()),
            span: field.span(),
            field,
            shared,
        })
    }

    /// Whether there is such a field, which is noted if there is none.
    fn has(&self, field: &Member, errors: &mut ErrorSink) -> bool {
        if self.fields.members().any(|member| member == *field) {
            return true;
        }
        let case = self.ident;
        let names: Vec<String> = self
            .fields
            .members()
            .map(|member| member.to_token_stream().to_string())
            .collect();
        let name = field.to_token_stream().to_string();
        let message = match (field, self.fields) {
            (_, Fields::Unit) => format!("`{case}` has no fields"),
            (Member::Named(name), Fields::Unnamed(_)) => format!(
                "the fields of `{case}` have no names: write `{name} = 0`, with the number of the \
                 field"
            ),
            _ => {
                // A number is never nearer to one than to another.
                let is_named = matches!(field, Member::Named(_));
                let near = nearest(&name, names.iter().map(String::as_str)).filter(|_| is_named);
                match near {
                    Some(near) => format!("`{case}` has no field `{name}`: did you mean `{near}`?"),
                    None => {
                        let names = names.join("`, `");
                        format!("`{case}` has no field `{name}`: there is `{names}`")
                    }
                }
            }
        };
        errors.push(field, message);
        false
    }

    /// A parameter of the error's type that stands in a type.
    fn parameter_in(&self, of: &Type) -> Option<Ident> {
        let types = self
            .generics
            .type_params()
            .map(|parameter| &parameter.ident);
        let consts = self
            .generics
            .const_params()
            .map(|parameter| &parameter.ident);
        let itself = Ident::new("Self", Span::call_site());
        let parameters: Vec<&Ident> = types.chain(consts).chain([&itself]).collect();
        let found = idents(of.to_token_stream());
        found.into_iter().find(|ident| parameters.contains(&ident))
    }

    /// A type with every lifetime of the error's type made static.
    fn without_lifetimes(&self, tokens: TokenStream) -> TokenStream {
        let mut after_tick = false;
        let token = |token: TokenTree| match token {
            TokenTree::Group(group) => {
                let inside = self.without_lifetimes(group.stream());
                let mut again = Group::new(group.delimiter(), inside);
                again.set_span(group.span());
                again.into()
            }
            TokenTree::Ident(ident) if after_tick => {
                after_tick = false;
                let mut parameters = self.generics.lifetimes();
                if parameters.any(|parameter| parameter.lifetime.ident == ident) {
                    Ident::new("static", ident.span()).into()
                } else {
                    ident.into()
                }
            }
            token => {
                after_tick = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
                token
            }
        };
        tokens.into_iter().map(token).collect()
    }
}

fn idents(tokens: TokenStream) -> Vec<Ident> {
    let of_token = |token| match token {
        TokenTree::Group(group) => idents(group.stream()),
        TokenTree::Ident(ident) => vec![ident],
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    };
    tokens.into_iter().flat_map(of_token).collect()
}
