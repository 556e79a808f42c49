//! The keys and values inside the parentheses of an attribute, with every mistake in them.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Ident, LitInt, LitStr, Path, Token};

use crate::errors::ErrorSink;

/// A key that an attribute knows, and how it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    /// The key itself.
    pub(crate) name: &'static str,
    /// What it takes, as the end of a sentence.
    pub(crate) takes: &'static str,
    /// The key with a value, as a user should write it.
    pub(crate) usage: &'static str,
}

/// One `key`, or `key = value`, whose key is known.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The key, with its span.
    pub(crate) key: Ident,
    known: Key,
    /// Empty if there is none.
    value: TokenStream,
}

/// Reads `key, key = value, …`; unknown and repeated keys are noted and left out.
///
/// `what` is the singular noun for a key in messages.
pub(crate) fn parse(
    tokens: TokenStream,
    what: &str,
    known: &[Key],
    errors: &mut ErrorSink,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for part in split_at_commas(tokens, what, errors) {
        let Some((key, rest)) = errors.take(key_and_rest.parse2(part)) else {
            continue;
        };
        let name = key.unraw().to_string();
        let Some(&found) = known.iter().find(|key| key.name == name) else {
            errors.push(&key, unknown(&name, what, known));
            continue;
        };
        if entries.iter().any(|entry| entry.known.name == name) {
            errors.push(&key, format!("`{name}` is given twice"));
            continue;
        }
        if let Some(value) = errors.take(value(&found, rest)) {
            entries.push(Entry {
                key,
                known: found,
                value,
            });
        }
    }
    entries
}

impl Key {
    fn right(&self) -> String {
        format!(
            "`{}` takes {}: write `{}`",
            self.name, self.takes, self.usage
        )
    }
}

impl Entry {
    /// The name of the key.
    pub(crate) fn name(&self) -> &'static str {
        self.known.name
    }

    /// The value, which must be a string.
    pub(crate) fn string(&self, errors: &mut ErrorSink) -> Option<LitStr> {
        self.value_as(errors)
    }

    /// The value, which must be a whole number.
    pub(crate) fn number(&self, errors: &mut ErrorSink) -> Option<LitInt> {
        self.value_as(errors)
    }

    /// The value, which must be a path.
    pub(crate) fn path(&self, errors: &mut ErrorSink) -> Option<Path> {
        let path = Path::parse_mod_style.parse2(self.value.clone()).ok();
        self.or_usage(path, errors)
    }

    /// The value, which must be entries in parentheses.
    pub(crate) fn nested(&self, errors: &mut ErrorSink) -> Option<TokenStream> {
        let mut tokens = self.value.clone().into_iter();
        let nested = match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Group(group)), None) if is_parenthesis(&group) => Some(group.stream()),
            _ => None,
        };
        self.or_usage(nested, errors)
    }

    /// Makes sure that there is no value.
    pub(crate) fn flag(&self, errors: &mut ErrorSink) -> Option<()> {
        let bare = self.value.is_empty().then_some(());
        self.or_usage(bare, errors)
    }

    /// Whether there is no value.
    pub(crate) fn is_bare(&self) -> bool {
        self.value.is_empty()
    }

    /// The value as any part of the language.
    pub(crate) fn value_as<T: syn::parse::Parse>(&self, errors: &mut ErrorSink) -> Option<T> {
        let value = syn::parse2(self.value.clone()).ok();
        self.or_usage(value, errors)
    }

    fn or_usage<T>(&self, value: Option<T>, errors: &mut ErrorSink) -> Option<T> {
        if value.is_none() {
            let at = if self.value.is_empty() {
                self.key.to_token_stream()
            } else {
                self.value.clone()
            };
            errors.push(at, self.known.right());
        }
        value
    }
}

/// Each part stands for itself, so that a mistake in one does not hide those in the next.
fn split_at_commas(tokens: TokenStream, what: &str, errors: &mut ErrorSink) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let mut part = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                if part.is_empty() {
                    errors.push(punct, format!("there is no {what} before this comma"));
                } else {
                    parts.push(std::mem::take(&mut part));
                }
            }
            token => part.extend([token]),
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

fn key_and_rest(input: ParseStream<'_>) -> syn::Result<(Ident, TokenStream)> {
    Ok((Ident::parse_any(input)?, input.parse()?))
}

fn is_parenthesis(group: &Group) -> bool {
    group.delimiter() == Delimiter::Parenthesis
}

/// What stands behind the equals sign, or the parentheses without one; nothing if nothing
/// stands behind the key.
fn value(key: &Key, rest: TokenStream) -> syn::Result<TokenStream> {
    let mut tokens = rest.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (None, _) => return Ok(rest),
        (Some(TokenTree::Group(group)), None) if is_parenthesis(&group) => return Ok(rest),
        _ => {}
    }
    let parser = |input: ParseStream<'_>| {
        if input.parse::<Token![=]>().is_err() || input.is_empty() {
            return Err(Error::new_spanned(&rest, key.right()));
        }
        let mut value = TokenStream::new();
        while !input.is_empty() {
            // `timeout = "10s" concurrency = 4`
            if !value.is_empty() && input.peek(Ident::peek_any) && input.peek2(Token![=]) {
                return Err(input.error("expected `,` before this"));
            }
            value.extend([input.parse::<TokenTree>()?]);
        }
        Ok(value)
    };
    parser.parse2(rest.clone())
}

/// The word that was probably meant, if one is near enough.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let nearest = known.map(|word| (distance(name, word), word)).min();
    let near_enough = nearest.filter(|&(distance, word)| distance <= word.len().div_ceil(3));
    near_enough.map(|(_, word)| word)
}

fn unknown(name: &str, what: &str, known: &[Key]) -> String {
    if let Some(nearest) = nearest(name, known.iter().map(|key| key.name)) {
        return format!("unknown {what} `{name}`: did you mean `{nearest}`?");
    }
    let all: Vec<String> = known.iter().map(|key| format!("`{}`", key.name)).collect();
    format!(
        "unknown {what} `{name}`: the {what}s are {}",
        all.join(", ")
    )
}

/// How many letters must be put in, taken out or changed to make one word of the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in to.iter().enumerate() {
            let changed = above[column] + usize::from(letter != other);
            current.push(changed.min(above[column + 1] + 1).min(current[column] + 1));
        }
        above = current;
    }
    above[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [Key; 2] = [
        Key {
            name: "heartbeat",
            takes: "a duration in quotes",
            usage: "heartbeat = \"10s\"",
        },
        Key {
            name: "blocking",
            takes: "no value",
            usage: "blocking",
        },
    ];

    fn parse_str(text: &str) -> (Vec<&'static str>, Vec<String>) {
        let mut errors = ErrorSink::default();
        let entries = parse(text.parse().unwrap(), "option", &KEYS, &mut errors);
        let keys = entries.iter().map(Entry::name).collect();
        (keys, errors.into_messages())
    }

    #[test]
    fn keys_are_read_in_any_order_with_a_trailing_comma() {
        let (keys, errors) = parse_str("blocking, heartbeat = \"1s\",");
        assert_eq!(keys, ["blocking", "heartbeat"]);
        assert!(errors.is_empty(), "{errors:?}");
        assert!(parse_str("").0.is_empty());
    }

    #[test]
    fn every_mistake_is_found_in_one_go() {
        let (keys, errors) = parse_str("beat = 1, , blocking, blocking, heartbeat \"1s\", 5");
        assert_eq!(keys, ["blocking"]);
        assert_eq!(errors.len(), 5, "{errors:?}");
        assert!(errors.contains(&"`blocking` is given twice".to_owned()));
    }

    #[test]
    fn a_missing_comma_is_named() {
        let (_, errors) = parse_str("heartbeat = \"1s\" blocking = 1");
        assert_eq!(errors, ["expected `,` before this"]);
    }

    #[test]
    fn an_unknown_key_is_answered_with_the_nearest_or_with_all() {
        assert_eq!(
            unknown("heart_beat", "option", &KEYS),
            "unknown option `heart_beat`: did you mean `heartbeat`?"
        );
        assert_eq!(
            unknown("colour", "option", &KEYS),
            "unknown option `colour`: the options are `heartbeat`, `blocking`"
        );
    }

    #[test]
    fn the_distance_counts_letters() {
        for (from, to, expected) in [
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("bloking", "blocking", 1),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }
}
