//! What was written: the attributes of the type, of its variants and, wrongly, of fields.

use proc_macro2::Span;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Meta, Path};

use crate::errors::ErrorSink;
use crate::keys::{self, Key};

const NAME: Key = Key {
    name: "name",
    takes: "a text in quotes",
    usage: "name = \"CardDeclined\"",
};
const PERMISSIONS: Key = Key {
    name: "permissions",
    takes: "no value",
    usage: "permissions",
};
const PREFIX: Key = Key {
    name: "prefix",
    takes: "a text in quotes",
    usage: "prefix = \"Charge.\"",
};
const CRATE: Key = Key {
    name: "crate",
    takes: "a path without quotes",
    usage: "crate = ::path::to::sfn_worker_core",
};

/// Everything that was written, each thing where it belongs.
pub(crate) struct Written {
    pub(crate) path: Option<Path>,
    pub(crate) prefix: Option<LitStr>,
    /// What the attribute of a struct says; of an enum, its variants have it.
    pub(crate) own: Naming,
    /// The variants of an enum with what their attributes say.
    pub(crate) variants: Vec<(Ident, Naming)>,
}

/// What an attribute says about the name of one case.
#[derive(Default)]
pub(crate) struct Naming {
    pub(crate) name: Option<LitStr>,
    pub(crate) permissions: Option<Span>,
}

/// Reads all attributes of a type.
pub(crate) fn attributes(input: &DeriveInput, errors: &mut ErrorSink) -> Written {
    let mut written = Written {
        path: None,
        prefix: None,
        own: Naming::default(),
        variants: Vec::new(),
    };
    let is_enum = matches!(input.data, Data::Enum(_));
    let known: &[Key] = if is_enum {
        &[PREFIX, CRATE]
    } else {
        &[NAME, PERMISSIONS, PREFIX, CRATE]
    };
    for entry in entries(&input.attrs, known, errors) {
        match entry.name() {
            "prefix" => written.prefix = entry.string(errors),
            "crate" => written.path = entry.path(errors),
            _ => written.own.take(&entry, errors),
        }
    }
    match &input.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                let mut naming = Naming::default();
                for entry in entries(&variant.attrs, &[NAME, PERMISSIONS], errors) {
                    naming.take(&entry, errors);
                }
                written.variants.push((variant.ident.clone(), naming));
                refuse_on_fields(&variant.fields, "on the variant", errors);
            }
        }
        Data::Struct(data) => refuse_on_fields(&data.fields, "on the struct", errors),
        Data::Union(_) => {}
    }
    written
}

impl Naming {
    fn take(&mut self, entry: &keys::Entry, errors: &mut ErrorSink) {
        if entry.name() == NAME.name {
            self.name = entry.string(errors);
        } else {
            self.permissions = entry.flag(errors).map(|()| entry.key.span());
        }
    }
}

fn entries(attributes: &[Attribute], known: &[Key], errors: &mut ErrorSink) -> Vec<keys::Entry> {
    let mut ours = ours(attributes);
    let Some(attribute) = ours.next() else {
        return Vec::new();
    };
    for second in ours {
        errors.push(
            second,
            "`#[activity_error(…)]` stands here twice: put all of it into the first",
        );
    }
    match &attribute.meta {
        Meta::List(list) => keys::parse(list.tokens.clone(), "key", known, errors),
        Meta::Path(_) | Meta::NameValue(_) => {
            let usages: Vec<String> = known
                .iter()
                .map(|key| format!("`#[activity_error({})]`", key.usage))
                .collect();
            errors.push(attribute, format!("write {}", usages.join(" or ")));
            Vec::new()
        }
    }
}

fn refuse_on_fields(fields: &Fields, right_place: &str, errors: &mut ErrorSink) {
    for field in fields {
        for attribute in ours(&field.attrs) {
            errors.push(
                attribute,
                format!("a field has no error name: put the attribute {right_place}"),
            );
        }
    }
}

fn ours(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("activity_error"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn written(input: &DeriveInput) -> (Written, Vec<String>) {
        let mut errors = ErrorSink::default();
        let written = attributes(input, &mut errors);
        (written, errors.into_messages())
    }

    #[test]
    fn variants_and_container_have_keys_of_their_own() {
        let (written, errors) = written(&parse_quote! {
            #[activity_error(prefix = "Charge.", crate = crate::worker)]
            enum Error {
                #[activity_error(name = "Lost")]
                A,
                #[activity_error(permissions)]
                B,
            }
        });
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(written.prefix.unwrap().value(), "Charge.");
        assert!(written.path.is_some());
        assert_eq!(written.variants[0].1.name.as_ref().unwrap().value(), "Lost");
        assert!(written.variants[1].1.permissions.is_some());
    }

    #[test]
    fn mistakes_everywhere_are_found_in_one_go() {
        let (_, errors) = written(&parse_quote! {
            #[activity_error(name = "X")]
            enum Error {
                #[activity_error]
                A(#[activity_error(name = "x")] u8),
                #[activity_error(permissions)]
                #[activity_error(name = "y")]
                B,
            }
        });
        assert_eq!(errors.len(), 4, "{errors:?}");
    }
}
