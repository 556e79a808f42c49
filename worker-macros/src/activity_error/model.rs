//! The names of all cases, each of them valid, and what is known of each name.

use proc_macro2::{Span, TokenStream};
use syn::{Data, DeriveInput, Ident, LitStr, Member, Type};

use super::known::Name;
use super::naming;
use super::parse::{Saying, Written};
use super::place::Place;
use crate::errors::ErrorSink;

/// The cases of an error, and the names that are its own.
pub(crate) struct Cases {
    pub(crate) cases: Vec<Case>,
    /// Every name once, in the order of the variants.
    pub(crate) names: Vec<Name>,
}

/// A struct, or a variant of an enum.
pub(crate) struct Case {
    /// The variant; none for a struct.
    pub(crate) variant: Option<Ident>,
    /// How many fields it has.
    pub(crate) fields: usize,
    pub(crate) naming: Naming,
}

/// Where the name of a case comes from.
pub(crate) enum Naming {
    Own { name: String, details: Vec<Entry> },
    Inner(Box<Inner>),
}

/// A field that the state machine may read, under its key.
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) field: Member,
    pub(crate) span: Span,
}

/// An inner error, whose names are those of the case.
pub(crate) struct Inner {
    pub(crate) field: Member,
    pub(crate) of: Type,
    /// Its type where no lifetime can be named.
    pub(crate) of_static: TokenStream,
    pub(crate) shared: bool,
    pub(crate) span: Span,
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
            naming::check_prefix(prefix, errors);
        }
        let mut cases = Self {
            cases: Vec::new(),
            names: Vec::new(),
        };
        match &input.data {
            Data::Struct(data) => {
                let own = written.own;
                if let Some(prefix) = prefix
                    && (own.name.is_some() || own.transparent.is_some())
                {
                    let beside = if own.name.is_some() {
                        "name"
                    } else {
                        "transparent"
                    };
                    errors.push(
                        prefix,
                        format!("`prefix` has no effect beside `{beside}`: remove it"),
                    );
                    return None;
                }
                let case = Place {
                    ident: &input.ident,
                    fields: &data.fields,
                    generics: &input.generics,
                };
                cases.add(None, &case, &own, prefix, errors);
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
                for (variant, saying) in data.variants.iter().zip(written.variants) {
                    let case = Place {
                        ident: &variant.ident,
                        fields: &variant.fields,
                        generics: &input.generics,
                    };
                    let ident = Some(variant.ident.clone());
                    cases.add(ident, &case, &saying, prefix, errors);
                }
                cases.refuse_shared_in_vain(errors);
            }
            Data::Union(data) => {
                errors.push(
                    data.union_token,
                    "a union has no cases to name: derive `ActivityError` on an enum or a struct",
                );
                return None;
            }
        }
        errors.is_empty().then_some(cases)
    }

    /// The errors whose names are those of a case.
    pub(crate) fn inner(&self) -> impl Iterator<Item = &Inner> {
        self.cases.iter().filter_map(|case| match &case.naming {
            Naming::Inner(inner) => Some(&**inner),
            Naming::Own { .. } => None,
        })
    }

    fn add(
        &mut self,
        variant: Option<Ident>,
        case: &Place<'_>,
        saying: &Saying,
        prefix: Option<&LitStr>,
        errors: &mut ErrorSink,
    ) {
        let naming = match &saying.transparent {
            Some(transparent) => {
                naming::refuse_beside_transparent(saying, errors);
                let Some(inner) = case.inner(transparent, saying.shared.is_some(), errors) else {
                    return;
                };
                Naming::Inner(Box::new(inner))
            }
            None => {
                let name = naming::name(case.ident, saying, prefix, errors);
                let details = saying.details.as_ref();
                let details =
                    details.map_or_else(Vec::new, |details| case.entries(details, errors));
                self.note(&name, case.ident, saying, &details, errors);
                Naming::Own { name, details }
            }
        };
        self.cases.push(Case {
            variant,
            fields: case.fields.len(),
            naming,
        });
    }

    /// Notes what a case says about its name.
    fn note(
        &mut self,
        name: &str,
        case: &Ident,
        saying: &Saying,
        details: &[Entry],
        errors: &mut ErrorSink,
    ) {
        let found = self.names.iter().position(|known| known.name == name);
        let index = found.unwrap_or(self.names.len());
        if found.is_none() {
            self.names.push(Name::new(name));
        }
        self.names[index].note(case, saying, details, errors);
    }

    /// Looks for a name that says it is shared, and is not.
    fn refuse_shared_in_vain(&self, errors: &mut ErrorSink) {
        // Those of an inner error are known to the compiler only.
        if self.inner().next().is_none() {
            for name in &self.names {
                name.refuse_shared_in_vain(errors);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use syn::parse_quote;

    fn cases(input: &DeriveInput) -> Result<Cases, Vec<String>> {
        let mut errors = ErrorSink::default();
        let written = parse::attributes(input, &mut errors);
        Cases::new(written, input, &mut errors).ok_or_else(|| errors.into_messages())
    }

    fn names(input: &DeriveInput) -> Result<Vec<String>, Vec<String>> {
        let names = cases(input)?.names.into_iter();
        Ok(names.map(|name| name.name).collect())
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
    fn a_shared_name_is_listed_once_with_all_that_is_said_of_it() {
        let cases = cases(&parse_quote! {
            enum Error {
                A,
                /// It is B.
                #[activity_error(name = "A", shared, benign, terminal, details(code))]
                B { code: u8 },
                C,
            }
        });
        let names = cases.ok().unwrap().names;
        assert_eq!(names.len(), 2);
        assert_eq!(names[0].description.as_deref(), Some("It is B."));
        assert!(names[0].benign && names[0].retry.is_some());
        assert_eq!(names[0].details, ["code"]);
    }

    #[test]
    fn a_name_is_shared_on_purpose_or_not_at_all() {
        let errors = names(&parse_quote! {
            enum Error {
                #[activity_error(name = "B")]
                A,
                B,
                #[activity_error(shared)]
                C,
            }
        });
        let errors = errors.unwrap_err();
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(
            errors[0].contains("`B` is already the error name of `A`"),
            "{errors:?}"
        );
        assert!(
            errors[1].contains("no other case is named `C`"),
            "{errors:?}"
        );
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
                #[activity_error(name = "States.Permissions", shared)]
                C,
                #[activity_error(name = "D", permissions)]
                D,
                #[activity_error(timeout, task_failed)]
                E,
            }
        });
        assert_eq!(errors.unwrap_err().len(), 6);
    }

    #[test]
    fn the_field_of_an_inner_error_is_the_only_one_or_is_named() {
        let cases = cases(&parse_quote! {
            enum Error<'a> {
                #[activity_error(transparent)]
                A(Inner),
                #[activity_error(transparent = source, shared)]
                B { order: u8, source: Inner<&'a str> },
            }
        });
        let cases = cases.ok().unwrap();
        let inner: Vec<&Inner> = cases.inner().collect();
        assert_eq!(inner.len(), 2);
        assert!(inner[1].shared);
        assert_eq!(inner[1].of_static.to_string(), "Inner < & 'static str >");
    }

    #[test]
    fn a_wrong_inner_error_or_detail_is_noted() {
        let errors = names(&parse_quote! {
            enum Error<T> {
                #[activity_error(transparent)]
                A,
                #[activity_error(transparent)]
                B(u8, u8),
                #[activity_error(transparent)]
                C(T),
                #[activity_error(transparent, benign, name = "D")]
                D(Inner),
                #[activity_error(details(cod))]
                E { code: u8 },
                #[activity_error(details(code))]
                F(u8),
                #[activity_error(details(code))]
                G,
                #[activity_error(details(code = 1))]
                H(u8),
                #[activity_error(details(a = 0, a = 1))]
                I(u8, u8),
            }
        });
        let errors = errors.unwrap_err();
        assert_eq!(errors.len(), 10, "{errors:#?}");
        assert!(errors[5].contains("did you mean `code`"), "{errors:#?}");
    }
}
