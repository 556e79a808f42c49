//! What was written: the attributes of the type, of its variants and, wrongly, of fields.

use proc_macro2::Span;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitInt, LitStr, Member, Meta, Path, Token};

use super::retry;
use crate::documentation;
use crate::errors::ErrorSink;
use crate::keys::{self, Key};

const NAME: Key = key("name", "a text in quotes", "name = \"CardDeclined\"");
const SHARED: Key = flag("shared");
const TRANSPARENT: Key = key(
    "transparent",
    "nothing, or the field of the inner error",
    "transparent = source",
);
const DETAILS: Key = key(
    "details",
    "fields in parentheses",
    "details(code, order = 1)",
);
const BENIGN: Key = flag("benign");
const TERMINAL: Key = flag("terminal");
const RETRY: Key = key(
    "retry",
    "keys in parentheses, or nothing",
    "retry(after = \"2s\", max = 5)",
);
const PREFIX: Key = key("prefix", "a text in quotes", "prefix = \"Charge.\"");
const CRATE: Key = key(
    "crate",
    "a path without quotes",
    "crate = ::path::to::sfn_worker_core",
);

/// The keys for the language's own names, which are those names in snake case.
const PREDEFINED: [(Key, &str); 4] = [
    (flag("permissions"), "States.Permissions"),
    (flag("timeout"), "States.Timeout"),
    (flag("task_failed"), "States.TaskFailed"),
    (flag("data_limit_exceeded"), "States.DataLimitExceeded"),
];

/// The keys of a case: of a struct, and with `SHARED` of a variant.
const CASE: [Key; 10] = [
    NAME,
    TRANSPARENT,
    DETAILS,
    BENIGN,
    RETRY,
    TERMINAL,
    PREDEFINED[0].0,
    PREDEFINED[1].0,
    PREDEFINED[2].0,
    PREDEFINED[3].0,
];

/// Everything that was written, each thing where it belongs.
pub(crate) struct Written {
    pub(crate) path: Option<Path>,
    pub(crate) prefix: Option<LitStr>,
    /// What the attribute of a struct says; of an enum, its variants have it.
    pub(crate) own: Saying,
    /// What the attributes of the variants of an enum say.
    pub(crate) variants: Vec<Saying>,
}

/// What an attribute says about one case.
#[derive(Default)]
pub(crate) struct Saying {
    pub(crate) name: Option<LitStr>,
    pub(crate) predefined: Vec<Predefined>,
    pub(crate) shared: Option<Span>,
    pub(crate) transparent: Option<Transparent>,
    pub(crate) details: Option<Details>,
    pub(crate) benign: Option<Span>,
    pub(crate) retry: Option<(Span, retry::Hint)>,
    /// The first paragraph of the documentation.
    pub(crate) description: Option<String>,
}

/// One of the language's own names, asked for by its key.
pub(crate) struct Predefined {
    pub(crate) key: Ident,
    pub(crate) name: &'static str,
}

/// The names are those of an inner error.
pub(crate) struct Transparent {
    pub(crate) span: Span,
    /// Which field it is in; not said where there is one field only.
    pub(crate) field: Option<Member>,
}

/// Fields that the state machine may read.
pub(crate) struct Details {
    pub(crate) span: Span,
    pub(crate) entries: Vec<Detail>,
}

/// A field under its key.
pub(crate) struct Detail {
    pub(crate) key: Ident,
    pub(crate) field: Member,
}

/// The key for one of the language's own names.
pub(crate) fn predefined_key(name: &str) -> Option<&'static str> {
    let found = PREDEFINED
        .iter()
        .find(|(_, predefined)| *predefined == name);
    found.map(|(key, _)| key.name)
}

/// Reads all attributes of a type.
pub(crate) fn attributes(input: &DeriveInput, errors: &mut ErrorSink) -> Written {
    let mut written = Written {
        path: None,
        prefix: None,
        own: Saying::new(&input.attrs),
        variants: Vec::new(),
    };
    let mut known = vec![PREFIX, CRATE];
    if !matches!(input.data, Data::Enum(_)) {
        known.splice(0..0, CASE);
    }
    for entry in entries(&input.attrs, &known, errors) {
        match entry.name() {
            "prefix" => written.prefix = entry.string(errors),
            "crate" => written.path = entry.path(errors),
            _ => written.own.take(&entry, errors),
        }
    }
    match &input.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                let mut saying = Saying::new(&variant.attrs);
                let known = [&CASE[..1], &[SHARED], &CASE[1..]].concat();
                for entry in entries(&variant.attrs, &known, errors) {
                    saying.take(&entry, errors);
                }
                written.variants.push(saying);
                refuse_on_fields(&variant.fields, "on the variant", errors);
            }
        }
        Data::Struct(data) => refuse_on_fields(&data.fields, "on the struct", errors),
        Data::Union(_) => {}
    }
    written
}

impl Saying {
    fn new(attributes: &[Attribute]) -> Self {
        Self {
            description: documentation::first_paragraph(attributes),
            ..Self::default()
        }
    }

    fn take(&mut self, entry: &keys::Entry, errors: &mut ErrorSink) {
        let span = entry.key.span();
        match entry.name() {
            "name" => self.name = entry.string(errors),
            "shared" => self.shared = entry.flag(errors).map(|()| span),
            "transparent" => {
                let field = if entry.is_bare() {
                    None
                } else {
                    entry.value_as(errors)
                };
                self.transparent = Some(Transparent { span, field });
            }
            "details" => self.details = details(entry, errors),
            "benign" => self.benign = entry.flag(errors).map(|()| span),
            "terminal" if entry.flag(errors).is_some() => {
                self.hint(span, retry::Hint::Never, errors);
            }
            "retry" => {
                let keys = if entry.is_bare() {
                    Some(proc_macro2::TokenStream::new())
                } else {
                    entry.nested(errors)
                };
                if let Some(hint) = keys.and_then(|keys| retry::parse(keys, errors)) {
                    self.hint(span, hint, errors);
                }
            }
            key => {
                let predefined = PREDEFINED.iter().find(|(known, _)| known.name == key);
                if let (Some((_, name)), Some(())) = (predefined, entry.flag(errors)) {
                    let key = entry.key.clone();
                    self.predefined.push(Predefined { key, name });
                }
            }
        }
    }

    fn hint(&mut self, span: Span, hint: retry::Hint, errors: &mut ErrorSink) {
        if self.retry.is_some() {
            errors.push_at(
                span,
                "`retry` says that trying again may help, and `terminal` that it cannot: remove \
                 one of the two",
            );
        }
        self.retry = Some((span, hint));
    }
}

const fn key(name: &'static str, takes: &'static str, usage: &'static str) -> Key {
    Key { name, takes, usage }
}

const fn flag(name: &'static str) -> Key {
    key(name, "no value", name)
}

fn details(entry: &keys::Entry, errors: &mut ErrorSink) -> Option<Details> {
    let list = entry.nested(errors)?;
    let parser = Punctuated::<Detail, Token![,]>::parse_terminated_with;
    let parser = |input: ParseStream<'_>| parser(input, detail);
    let entries = errors.take(parser.parse2(list))?;
    if entries.is_empty() {
        errors.push(
            &entry.key,
            "`details` names no field: write `details(code, order = 1)`, or remove it",
        );
    }
    Some(Details {
        span: entry.key.span(),
        entries: entries.into_iter().collect(),
    })
}

/// `field`, or `key = field`.
fn detail(input: ParseStream<'_>) -> syn::Result<Detail> {
    if let Ok(index) = input.fork().parse::<LitInt>() {
        let right = format!(
            "field {index} needs a name for the state machine: write `code = {index}`, with a \
             key of yours"
        );
        return Err(syn::Error::new(index.span(), right));
    }
    let key: Ident = input.parse()?;
    let field = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        input.parse()?
    } else {
        Member::Named(key.clone())
    };
    Ok(Detail { key, field })
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
            let usage = known[0].usage;
            let keys: Vec<String> = known.iter().map(|key| format!("`{}`", key.name)).collect();
            let keys = keys.join(", ");
            errors.push(
                attribute,
                format!("write `#[activity_error({usage})]`: the keys are {keys}"),
            );
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
                #[activity_error(name = "Lost", shared, benign, details(code, order = 1))]
                A,
                #[activity_error(permissions, terminal)]
                B,
                /// Of the bank.
                #[activity_error(transparent = source)]
                C,
            }
        });
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(written.prefix.unwrap().value(), "Charge.");
        assert!(written.path.is_some());
        let [a, b, c] = written.variants.try_into().ok().unwrap();
        assert_eq!(a.name.unwrap().value(), "Lost");
        assert!(a.shared.is_some() && a.benign.is_some());
        assert_eq!(a.details.unwrap().entries.len(), 2);
        assert_eq!(b.predefined[0].name, "States.Permissions");
        assert!(matches!(b.retry, Some((_, retry::Hint::Never))));
        assert!(c.transparent.unwrap().field.is_some());
        assert_eq!(c.description.as_deref(), Some("Of the bank."));
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
                #[activity_error(retry, terminal, details(0))]
                C,
            }
        });
        assert_eq!(errors.len(), 6, "{errors:?}");
    }

    #[test]
    fn a_predefined_name_has_a_key() {
        assert_eq!(predefined_key("States.Timeout"), Some("timeout"));
        assert_eq!(predefined_key("States.Mine"), None);
        for (key, name) in PREDEFINED {
            let words = key.name.split('_');
            let camel: String = words
                .map(|word| word[..1].to_uppercase() + &word[1..])
                .collect();
            assert_eq!(name, format!("States.{camel}"));
        }
    }
}
