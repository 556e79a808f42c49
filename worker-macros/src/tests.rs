//! Expansions as a reader sees them: `tests/expand/NAME.rs` is what a user writes, and
//! `NAME.expanded.rs` beside it is what becomes of it.
//!
//! `UPDATE_EXPANSIONS=1 cargo test -p sfn-worker-macros` writes the second anew.

use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Item, Meta};

use crate::{activities, activity, activity_error, with_errors};

#[test]
fn every_expansion_is_the_one_on_file() {
    let inputs = inputs();
    assert!(inputs.len() >= 10, "{inputs:?}");
    let mut wrong = Vec::new();
    for input in inputs {
        let source = std::fs::read_to_string(&input).unwrap();
        let actual = expand_file(&source);
        let on_file = input.with_extension("expanded.rs");
        if std::env::var_os("UPDATE_EXPANSIONS").is_some() {
            std::fs::write(&on_file, &actual).unwrap();
        }
        let expected = std::fs::read_to_string(&on_file).unwrap_or_default();
        if actual != expected {
            wrong.push(format!("{} expands to\n{actual}", input.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_expansion_on_file_has_its_input() {
    for expansion in files("expanded.rs") {
        let name = expansion.to_str().unwrap().replace(".expanded.rs", ".rs");
        assert!(Path::new(&name).exists(), "{name}");
    }
}

#[test]
fn i10_an_expansion_names_nothing_but_the_private_module() {
    // Crates, and names of the prelude, which can mean something else in the user's module.
    let foreign = [
        "alloc",
        "core",
        "serde",
        "serde_json",
        "std",
        "tokio",
        "Debug",
        "Err",
        "Error",
        "Future",
        "Ok",
        "Option",
        "Result",
        "Send",
        "Some",
        "String",
        "drop",
        "str",
        "usize",
    ];
    for input in inputs() {
        let source = std::fs::read_to_string(&input).unwrap();
        for item in syn::parse_file(&source).unwrap().items {
            let Some((expansion, _)) = expand_item(&item) else {
                continue;
            };
            let written = outside_private(item.to_token_stream());
            for name in outside_private(expansion) {
                // The user's own types are repeated.
                assert!(
                    !foreign.contains(&name.as_str()) || written.contains(&name),
                    "{}: {name}",
                    input.display()
                );
            }
        }
    }
}

#[test]
fn i10_a_path_override_leaves_no_other_path() {
    let (attribute, item) = (
        quote!(crate = crate::worker),
        quote!(
            async fn work(order: Order) -> Result<(), Failure> {
                Ok(())
            }
        ),
    );
    let (expansion, errors) = activity::expand(attribute, item);
    assert!(errors.is_empty());
    assert_eq!(count(&idents(expansion), "sfn_worker_core"), 0);
    let (expansion, errors) = activities::expand(
        quote!(crate = crate::worker),
        quote!(impl Billing { #[activity] async fn work(&self) -> Result<(), Failure> {} }),
    );
    assert!(errors.is_empty());
    assert_eq!(count(&idents(expansion), "sfn_worker_core"), 0);
    let (expansion, errors) = activity_error::expand(quote! {
        #[activity_error(crate = crate::worker)]
        enum Error { A, B(u8) }
    });
    assert!(errors.is_empty());
    assert_eq!(count(&idents(expansion), "sfn_worker_core"), 0);
}

#[test]
fn the_function_is_emitted_as_it_was_written_whatever_is_wrong() {
    let item = quote! {
        /// Docs.
        #[inline]
        pub(crate) unsafe fn work<T>(self, a: &T, #[cfg(unix)] b: impl Send) { body!(1 +) }
    };
    let (expansion, errors) = activity::expand(quote!(nonsense, heartbeat = 1), item.clone());
    assert!(errors.len() >= 8, "{errors:?}");
    assert!(expansion.to_string().starts_with(&item.to_string()));
}

#[test]
fn a_block_keeps_its_members_whatever_is_wrong() {
    let (expansion, errors) = activities::expand(
        quote!(
            nonsense,
            defaults(timeout = "0s", name = "x"),
            prefix = "a b"
        ),
        quote! {
            #[allow(dead_code)]
            unsafe impl<T> Work for Billing<T> where T: Copy {
                const LIMIT: u64 = 4;
                #[activity] fn work(self, a: &T) { body!(1 +) }
                fn helper(&self) {}
            }
        },
    );
    assert!(errors.len() >= 3, "{errors:?}");
    let expected = quote! {
        #[allow(dead_code)]
        unsafe impl<T> Work for Billing<T> where T: Copy {
            const LIMIT: u64 = 4;
            #[activity(__in_block)] fn work(self, a: &T) { body!(1 +) }
            fn helper(&self) {}
        }
    };
    assert_eq!(expansion.to_string(), expected.to_string());
}

#[test]
fn an_activity_of_a_block_is_left_alone() {
    let method = quote!(
        async fn work(&self) {}
    );
    let (expansion, errors) = activity::expand(quote!(__in_block), method.clone());
    assert!(errors.is_empty());
    assert_eq!(expansion.to_string(), method.to_string());
}

#[test]
fn what_is_no_function_is_emitted_as_it_was_written() {
    for item in [
        quote!(
            struct Charge;
        ),
        quote!(impl Charge { fn a() {} }),
        quote!(
            mod charge {}
        ),
        quote!(
            fn declared(self);
        ),
    ] {
        let (expansion, errors) = activity::expand(TokenStream::new(), item.clone());
        assert_eq!(errors.len(), 1, "{item}");
        assert_eq!(expansion.to_string(), item.to_string());
    }
}

fn inputs() -> Vec<PathBuf> {
    let mut inputs = files("rs");
    inputs.retain(|path| !path.to_str().unwrap().ends_with(".expanded.rs"));
    inputs
}

fn files(ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(ending))
        .collect();
    files.sort();
    files
}

fn expand_file(source: &str) -> String {
    let mut expanded = TokenStream::new();
    for item in syn::parse_file(source).unwrap().items {
        match expand_item(&item) {
            Some(result) => expanded.extend(with_errors(result)),
            None => item.to_tokens(&mut expanded),
        }
    }
    let file = syn::parse2(expanded).unwrap();
    prettyplease::unparse(&file)
}

/// Does what the compiler does with the one attribute or derive on an item.
fn expand_item(item: &Item) -> Option<(TokenStream, Vec<syn::Error>)> {
    let mut item = item.clone();
    if let Item::Fn(function) = &mut item {
        let attribute = take(&mut function.attrs, "activity")?;
        let arguments = match attribute.meta {
            Meta::List(list) => list.tokens,
            _ => TokenStream::new(),
        };
        return Some(activity::expand(arguments, item.into_token_stream()));
    }
    if let Item::Impl(block) = &mut item {
        let attribute = take(&mut block.attrs, "activities")?;
        let arguments = match attribute.meta {
            Meta::List(list) => list.tokens,
            _ => TokenStream::new(),
        };
        return Some(activities::expand(arguments, item.into_token_stream()));
    }
    let attributes = match &mut item {
        Item::Enum(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        _ => return None,
    };
    let derives = attributes.iter().any(|attribute| {
        attribute.path().is_ident("derive")
            && count(&idents(attribute.to_token_stream()), "ActivityError") > 0
    });
    if !derives {
        return None;
    }
    let tokens = item.to_token_stream();
    let (expansion, errors) = activity_error::expand(tokens.clone());
    Some((quote!(#tokens #expansion), errors))
}

fn take(attributes: &mut Vec<Attribute>, name: &str) -> Option<Attribute> {
    let at = attributes
        .iter()
        .position(|attribute| attribute.path().is_ident(name))?;
    Some(attributes.remove(at))
}

fn idents(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => idents(group.stream()),
            TokenTree::Ident(ident) => vec![ident.to_string()],
            _ => Vec::new(),
        })
        .collect()
}

fn count(idents: &[String], name: &str) -> usize {
    idents.iter().filter(|ident| *ident == name).count()
}

/// The names that do not stand behind `__private::`.
fn outside_private(tokens: TokenStream) -> Vec<String> {
    let mut names = Vec::new();
    let mut before = String::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => names.extend(outside_private(group.stream())),
            TokenTree::Ident(ident) => {
                if !before.ends_with("__private::") {
                    names.push(ident.to_string());
                }
                before = ident.to_string();
            }
            token => before.push_str(&token.to_string()),
        }
    }
    names
}
