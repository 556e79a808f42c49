//! What doc comments say, as text.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, Lit, Meta};

use crate::private::Private;

/// The first paragraph of the documentation, on one line; none if there is none.
pub(crate) fn first_paragraph(attributes: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = values(attributes)
        .filter_map(literal)
        .flat_map(|text| {
            text.split('\n')
                .map(|line| line.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .skip_while(String::is_empty)
        .take_while(|line| !line.is_empty())
        .collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// The whole documentation without its indentation: a literal, or an expression made of
/// literals if some of it comes from a file.
pub(crate) fn text(attributes: &[Attribute], private: &Private) -> TokenStream {
    let lines: Option<Vec<String>> = values(attributes).map(literal).collect();
    if let Some(lines) = lines {
        let lines: Vec<String> = lines.iter().map(|line| unindented(line)).collect();
        return lines.join("\n").trim().to_token_stream();
    }
    let parts = values(attributes).map(|value| match literal(value) {
        Some(line) => unindented(&line).to_token_stream(),
        None => value.to_token_stream(),
    });
    quote!(#private::concat!(#(#parts, "\n"),*))
}

/// A line without the space behind `///`; a block without the stars at its left.
fn unindented(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if let [line] = lines[..] {
        return line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned();
    }
    let stars = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('*');
    let has_stars = lines.iter().skip(1).all(stars);
    let inside = |line: &&str| {
        let line = line.trim();
        let line = if has_stars {
            line.trim_start_matches('*')
        } else {
            line
        };
        line.trim().to_owned()
    };
    lines.iter().map(inside).collect::<Vec<_>>().join("\n")
}

/// What the attributes `doc` are set to.
fn values(attributes: &[Attribute]) -> impl Iterator<Item = &Expr> {
    attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(meta) if meta.path.is_ident("doc") => Some(&meta.value),
            _ => None,
        })
}

/// The text of one doc comment, or of `#[doc = "…"]`.
fn literal(value: &Expr) -> Option<String> {
    let Expr::Lit(literal) = value else {
        return None;
    };
    match &literal.lit {
        Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn the_first_paragraph_is_one_line() {
        let attributes: Vec<Attribute> = vec![
            parse_quote!(#[doc = ""]),
            parse_quote!(#[doc = " The bank"]),
            parse_quote!(#[inline]),
            parse_quote!(#[doc = " said no."]),
            parse_quote!(#[doc = ""]),
            parse_quote!(#[doc = " More."]),
        ];
        let text = first_paragraph(&attributes);
        assert_eq!(text.as_deref(), Some("The bank said no."));
        let block: Attribute = parse_quote!(#[doc = "\n A block\n of lines.\n\n More."]);
        let text = first_paragraph(&[block]);
        assert_eq!(text.as_deref(), Some("A block of lines."));
        assert_eq!(first_paragraph(&[parse_quote!(#[doc(hidden)])]), None);
    }

    #[test]
    fn documentation_becomes_one_text() {
        let lines: Vec<Attribute> = vec![
            parse_quote!(#[doc = " Charges a card."]),
            parse_quote!(#[doc = ""]),
            parse_quote!(#[doc = "     indented"]),
            parse_quote!(#[doc(hidden)]),
        ];
        let private = Private::new(None);
        let text = |attributes: &[Attribute]| text(attributes, &private).to_string();
        assert_eq!(text(&lines), "\"Charges a card.\\n\\n    indented\"");
        assert_eq!(text(&[]), "\"\"");
        let block: Attribute = parse_quote!(#[doc = "\n * One.\n *\n * Two.\n "]);
        assert_eq!(text(&[block]), "\"One.\\n\\nTwo.\"");
        let file: Attribute = parse_quote!(#[doc = include_str!("charge.md")]);
        assert!(text(&[file]).contains("include_str ! (\"charge.md\")"));
    }
}
