//! What doc comments say, as text.

use syn::{Attribute, Expr, Lit, Meta};

/// The first paragraph of the documentation, on one line; none if there is none.
pub(crate) fn first_paragraph(attributes: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(line)
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

/// The text of one doc comment, or of `#[doc = "…"]`.
fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(literal) = &meta.value else {
        return None;
    };
    match &literal.lit {
        Lit::Str(text) if meta.path.is_ident("doc") => Some(text.value()),
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
}
