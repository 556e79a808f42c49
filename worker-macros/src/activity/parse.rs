//! What was written: the options of the attribute, and the function without its body.

use proc_macro2::{Group, Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Item, LitInt, LitStr, Path, Signature, Visibility};

use crate::errors::ErrorSink;
use crate::keys::{self, Key};

/// Every option of the attribute. To add one: a row here, a field in [`Options`], its meaning
/// in the model.
const KEYS: [Key; 6] = [
    Key {
        name: "name",
        usage: "name = \"charge-card\"",
    },
    Key {
        name: "blocking",
        usage: "blocking",
    },
    Key {
        name: "heartbeat",
        usage: "heartbeat = \"10s\"",
    },
    Key {
        name: "timeout",
        usage: "timeout = \"5m\"",
    },
    Key {
        name: "concurrency",
        usage: "concurrency = 4",
    },
    Key {
        name: "crate",
        usage: "crate = ::path::to::sfn_worker_core",
    },
];

/// The options as literals whose kind is right and whose value is not yet looked at.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) blocking: Option<Span>,
    pub(crate) heartbeat: Option<LitStr>,
    pub(crate) timeout: Option<LitStr>,
    pub(crate) concurrency: Option<LitInt>,
    pub(crate) path: Option<Path>,
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
            "heartbeat" => options.heartbeat = entry.string(errors),
            "timeout" => options.timeout = entry.string(errors),
            "concurrency" => options.concurrency = entry.number(errors),
            _ => options.path = entry.path(errors),
        }
    }
    options
}

/// Reads the function.
///
/// # Errors
///
/// The item is something else.
pub(crate) fn function(item: TokenStream) -> syn::Result<Function> {
    syn::parse2(item.clone()).map_err(|error| not_a_function(item, error))
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

fn not_a_function(item: TokenStream, error: Error) -> Error {
    let what = match syn::parse2(item.clone()) {
        Ok(Item::Impl(_)) => {
            "`#[activities]` on an `impl` block is not supported yet: \
             put `#[activity]` on a free function"
        }
        Ok(Item::Fn(_)) | Err(_) => return error,
        Ok(_) => "`#[activity]` goes on a free function",
    };
    Error::new_spanned(item, what)
}
