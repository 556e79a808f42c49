//! `States.Format` and `States.StringSplit`.

use serde_json::Value;

use super::Refusal;
use crate::query::java;

/// No text that grows longer than this in bytes is worth more memory: a state may hand on a small
/// part of it only.
const LENGTH_LIMIT: usize = 16 << 20;

/// Puts the values after the first into the places `{}` of the template, which is the first value
/// unless it was written down: then it still has its backslashes.
pub(super) fn format(written: Option<&str>, values: &[Value]) -> Result<Value, Refusal> {
    let (first, rest) = values.split_first().ok_or(Refusal::Arguments)?;
    let template = match written {
        Some(template) => template,
        None => first.as_str().ok_or(Refusal::Arguments)?,
    };
    let mut text = String::with_capacity(template.len());
    let mut rest = rest.iter();
    let mut characters = template.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next_if(|next| matches!(next, '\'' | '{' | '}' | '\\')) {
                Some(escaped) => text.push(escaped),
                None => text.push(c),
            },
            '{' => {
                if characters.next_if_eq(&'}').is_none() {
                    return Err(Refusal::Brace {
                        missing: '}',
                        found: '{',
                    });
                }
                let value = rest.next().ok_or(Refusal::Places)?;
                java::write(value, &mut text);
                if text.len() > LENGTH_LIMIT {
                    return Err(Refusal::Arguments);
                }
            }
            '}' => {
                return Err(Refusal::Brace {
                    missing: '{',
                    found: '}',
                });
            }
            _ => text.push(c),
        }
    }
    if rest.next().is_some() {
        return Err(Refusal::Places);
    }
    Ok(text.into())
}

/// The parts between the separators, each of which is one character; empty parts are left out.
pub(super) fn split(whole: &Value, separators: &Value) -> Result<Value, Refusal> {
    let (Some(whole), Some(separators)) = (whole.as_str(), separators.as_str()) else {
        return Err(Refusal::Arguments);
    };
    let parts = whole.split(|c| separators.contains(c));
    Ok(parts.filter(|part| !part.is_empty()).collect())
}
