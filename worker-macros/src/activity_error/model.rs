//! The names of all cases, each of them valid.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Data, DeriveInput, Ident, LitStr};

use super::parse::{Naming, Written};
use crate::errors::ErrorSink;

/// The longest error name that the service accepts, in bytes to be safe.
const LIMIT: usize = 256;
const RESERVED_PREFIX: &str = "States.";
/// The language's own name for an error about permissions.
const PERMISSIONS: &str = "States.Permissions";

/// The cases of an error with their names.
pub(crate) enum Cases {
    /// A struct has one.
    Struct(String),
    /// An enum has one for each variant.
    Enum(Vec<(Ident, String)>),
}

impl Cases {
    /// Decides every name, or notes all that is wrong.
    pub(crate) fn new(
        written: Written,
        input: &DeriveInput,
        errors: &mut ErrorSink,
    ) -> Option<Self> {
        let prefix = written.prefix.as_ref();
        if let Some(prefix) = prefix {
            check_prefix(prefix, errors);
        }
        let cases = match &input.data {
            Data::Struct(_) => {
                if let (Some(prefix), Some(_)) = (prefix, &written.own.name) {
                    errors.push(prefix, "`prefix` has no effect beside `name`: remove it");
                }
                Self::Struct(name(&input.ident, &written.own, prefix, errors))
            }
            Data::Enum(data) => {
                if data.variants.is_empty() {
                    errors.push(
                        &input.ident,
                        format!(
                            "`{}` has no variant and so no error name: return \
                             `std::convert::Infallible` from an activity that cannot fail",
                            input.ident
                        ),
                    );
                }
                let named = written.variants.into_iter().map(|(variant, naming)| {
                    let name = name(&variant, &naming, prefix, errors);
                    (variant, name)
                });
                Self::Enum(named.collect())
            }
            Data::Union(data) => {
                errors.push(
                    data.union_token,
                    "a union has no cases to name: derive `ActivityError` on an enum or a struct",
                );
                return None;
            }
        };
        errors.is_empty().then_some(cases)
    }

    /// Every name once, in the order of the variants.
    pub(crate) fn distinct_names(&self) -> Vec<&str> {
        let all: Vec<&str> = match self {
            Self::Struct(name) => vec![name],
            Self::Enum(variants) => variants.iter().map(|(_, name)| name.as_str()).collect(),
        };
        let mut distinct = Vec::new();
        for name in all {
            if !distinct.contains(&name) {
                distinct.push(name);
            }
        }
        distinct
    }
}

fn check_prefix(prefix: &LitStr, errors: &mut ErrorSink) {
    if prefix.value().is_empty() {
        errors.push(prefix, "the prefix is empty: remove it");
    } else if prefix.value().starts_with(RESERVED_PREFIX) {
        errors.push(
            prefix,
            "the prefix begins with `States.`, which is reserved by the states language",
        );
    }
}

/// The name of one case: as given, or the Rust name behind the prefix.
fn name(case: &Ident, naming: &Naming, prefix: Option<&LitStr>, errors: &mut ErrorSink) -> String {
    if let (Some(given), Some(permissions)) = (&naming.name, naming.permissions) {
        refuse_both(given, permissions, errors);
    }
    if naming.permissions.is_some() {
        return PERMISSIONS.to_owned();
    }
    if let Some(given) = &naming.name {
        let name = given.value();
        check_name(&name, given, errors);
        return name;
    }
    let prefix = prefix.map(LitStr::value).unwrap_or_default();
    let name = format!("{prefix}{}", syn::ext::IdentExt::unraw(case));
    check_length(&name, case, errors);
    name
}

fn refuse_both(name: &LitStr, permissions: Span, errors: &mut ErrorSink) {
    errors.push_at(
        permissions,
        format!(
            "`permissions` sends `{PERMISSIONS}`, and `name` says {:?}: remove one of the two",
            name.value()
        ),
    );
}

fn check_name(name: &str, at: impl ToTokens, errors: &mut ErrorSink) {
    if name.is_empty() {
        errors.push(
            at,
            "the error name is empty: nothing but `States.ALL` would match it",
        );
    } else if name == PERMISSIONS {
        errors.push(
            at,
            format!(
                "`{PERMISSIONS}` is the language's own: write `#[activity_error(permissions)]`"
            ),
        );
    } else if name.starts_with(RESERVED_PREFIX) {
        errors.push(
            at,
            "the error name begins with `States.`: the prefix is reserved by the states \
             language; for `States.Permissions` write `#[activity_error(permissions)]`",
        );
    } else {
        check_length(name, at, errors);
    }
}

fn check_length(name: &str, at: impl ToTokens, errors: &mut ErrorSink) {
    if name.len() > LIMIT {
        let length = name.len();
        errors.push(
            at,
            format!("the error name has {length} bytes: at most {LIMIT} are allowed"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use syn::parse_quote;

    fn names(input: &DeriveInput) -> Result<Vec<String>, Vec<String>> {
        let mut errors = ErrorSink::default();
        let written = parse::attributes(input, &mut errors);
        match Cases::new(written, input, &mut errors) {
            Some(cases) => Ok(cases
                .distinct_names()
                .iter()
                .map(ToString::to_string)
                .collect()),
            None => Err(errors.into_messages()),
        }
    }

    #[test]
    fn a_prefix_stands_before_rust_names_only() {
        let names = names(&parse_quote! {
            #[activity_error(prefix = "Charge.")]
            enum Error {
                Declined,
                #[activity_error(name = "CardLost")]
                Lost,
                #[activity_error(permissions)]
                Forbidden,
                r#Raw,
            }
        });
        let expected = [
            "Charge.Declined",
            "CardLost",
            "States.Permissions",
            "Charge.Raw",
        ];
        assert_eq!(names.unwrap(), expected);
    }

    #[test]
    fn a_shared_name_is_listed_once() {
        let names = names(&parse_quote! {
            enum Error {
                A,
                #[activity_error(name = "A")]
                B,
                C,
            }
        });
        assert_eq!(names.unwrap(), ["A", "C"]);
    }

    #[test]
    fn a_name_has_at_most_256_bytes_with_its_prefix() {
        let with_prefix_of = |length: usize| -> DeriveInput {
            let prefix = "ü".repeat(length / 2);
            parse_quote! {
                #[activity_error(prefix = #prefix)]
                struct Er;
            }
        };
        assert!(names(&with_prefix_of(254)).is_ok());
        let errors = names(&with_prefix_of(256)).unwrap_err();
        assert!(errors[0].contains("258 bytes"), "{errors:?}");
    }

    #[test]
    fn every_wrong_name_is_noted() {
        let errors = names(&parse_quote! {
            #[activity_error(prefix = "States.")]
            enum Error {
                #[activity_error(name = "")]
                A,
                #[activity_error(name = "States.Mine")]
                B,
                #[activity_error(name = "States.Permissions")]
                C,
                #[activity_error(name = "D", permissions)]
                D,
            }
        });
        assert_eq!(errors.unwrap_err().len(), 5);
    }
}
