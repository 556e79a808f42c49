//! What was written: the options of the attribute, and the function without its body.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Item, LitInt, LitStr, Path, Signature, Visibility};

use crate::errors::ErrorSink;
use crate::keys::{self, Entry, Key};

/// Every option of the attribute. To add one: a row here, a field in [`Options`] or
/// [`LimitOptions`], its meaning in the model.
const KEYS: [Key; 10] = [
    Key {
        name: "name",
        takes: "a text in quotes",
        usage: "name = \"charge-card\"",
    },
    Key {
        name: "blocking",
        takes: "no value",
        usage: "blocking",
    },
    LIMIT_KEYS[0],
    LIMIT_KEYS[1],
    LIMIT_KEYS[2],
    LIMIT_KEYS[3],
    LIMIT_KEYS[4],
    LIMIT_KEYS[5],
    LIMIT_KEYS[6],
    Key {
        name: "crate",
        takes: "a path without quotes",
        usage: "crate = ::path::to::sfn_worker_core",
    },
];

/// Those of the options that an `impl` block can give to all of its activities.
const LIMIT_KEYS: [Key; 7] = [
    Key {
        name: "heartbeat",
        takes: "a duration in quotes",
        usage: "heartbeat = \"10s\"",
    },
    Key {
        name: "timeout",
        takes: "a duration in quotes",
        usage: "timeout = \"5m\"",
    },
    Key {
        name: "concurrency",
        takes: "a whole number",
        usage: "concurrency = 4",
    },
    Key {
        name: "heartbeat_timeout",
        takes: "a duration in quotes",
        usage: "heartbeat_timeout = \"30s\"",
    },
    Key {
        name: "stall_after",
        takes: "a duration in quotes",
        usage: "stall_after = \"2m\"",
    },
    Key {
        name: "rate",
        takes: "a number of tasks in a span of time, in quotes",
        usage: "rate = \"50/s\"",
    },
    Key {
        name: "unknown_fields",
        takes: "`\"allow\"` or `\"refuse\"`",
        usage: "unknown_fields = \"refuse\"",
    },
];

/// The options as literals whose kind is right and whose value is not yet looked at.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) blocking: Option<Span>,
    pub(crate) limits: LimitOptions,
    pub(crate) path: Option<Path>,
}

/// The options that an `impl` block can give to all of its activities.
#[derive(Default)]
pub(crate) struct LimitOptions {
    pub(crate) heartbeat: Option<LitStr>,
    pub(crate) timeout: Option<LitStr>,
    pub(crate) concurrency: Option<LitInt>,
    pub(crate) heartbeat_timeout: Option<LitStr>,
    pub(crate) stall_after: Option<LitStr>,
    pub(crate) rate: Option<LitStr>,
    pub(crate) unknown_fields: Option<LitStr>,
}

/// A function whose body is left alone: what is in it is the compiler's business.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
}

/// Reads the options; a mistake in one does not hide those in the others.
pub(crate) fn options(attribute: TokenStream, errors: &mut ErrorSink) -> Options {
    let mut options = Options::default();
    for entry in keys::parse(attribute, "option", &KEYS, errors) {
        match entry.name() {
            "name" => options.name = entry.string(errors),
            "blocking" => options.blocking = entry.flag(errors).map(|()| entry.key.span()),
            "crate" => options.path = entry.path(errors),
            _ => options.limits.read(&entry, errors),
        }
    }
    options
}

impl LimitOptions {
    /// Reads the options that all activities of a block share.
    pub(crate) fn parse(defaults: TokenStream, errors: &mut ErrorSink) -> Self {
        let mut options = Self::default();
        for entry in keys::parse(defaults, "default", &KEYS, errors) {
            match entry.name() {
                name @ ("name" | "blocking") => errors.push(
                    &entry.key,
                    format!("`{name}` is for one activity: write it at the method's `#[activity]`"),
                ),
                "crate" => errors.push(
                    &entry.key,
                    "`crate` is no default: write it beside `defaults`, not inside",
                ),
                _ => options.read(&entry, errors),
            }
        }
        options
    }

    fn read(&mut self, entry: &Entry, errors: &mut ErrorSink) {
        match entry.name() {
            "heartbeat" => self.heartbeat = entry.string(errors),
            "timeout" => self.timeout = entry.string(errors),
            "concurrency" => self.concurrency = entry.number(errors),
            "heartbeat_timeout" => self.heartbeat_timeout = entry.string(errors),
            "stall_after" => self.stall_after = entry.string(errors),
            "rate" => self.rate = entry.string(errors),
            _ => self.unknown_fields = entry.string(errors),
        }
    }
}

/// Reads the function.
///
/// # Errors
///
/// The item is something else.
pub(crate) fn function(item: TokenStream) -> syn::Result<Function> {
    syn::parse2(item.clone()).map_err(|error| not_a_function(item, error))
}

impl Function {
    /// A further `#[activity]` on the same function.
    pub(crate) fn second_attribute(&self) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| is_activity(attribute))
    }

    /// Whether the signature shows that the function stands in an `impl` block, where no type
    /// can be put beside it.
    pub(crate) fn is_method(&self) -> bool {
        fn names_self(tokens: TokenStream) -> bool {
            tokens.into_iter().any(|token| match token {
                TokenTree::Ident(ident) => ident == "self" || ident == "Self",
                TokenTree::Group(group) => names_self(group.stream()),
                _ => false,
            })
        }
        names_self(self.signature.to_token_stream())
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let function = Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
        };
        input.parse::<Group>()?;
        Ok(function)
    }
}

/// Whether an attribute is `#[activity]`, by whatever path.
pub(crate) fn is_activity(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == "activity")
}

fn not_a_function(item: TokenStream, error: Error) -> Error {
    let what = match syn::parse2(item.clone()) {
        Ok(Item::Impl(_)) => {
            "on an `impl` block, write `#[activities]`, and `#[activity]` on its methods"
        }
        Ok(Item::Fn(_)) | Err(_) => return error,
        Ok(_) => {
            "`#[activity]` goes on a function, or on a method in an `impl` block with \
             `#[activities]`"
        }
    };
    Error::new_spanned(head(item), what)
}

/// The part of an item before its body: enough to underline.
pub(crate) fn head(item: TokenStream) -> TokenStream {
    let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    item.into_iter()
        .take_while(|token| !is_body(token))
        .collect()
}
