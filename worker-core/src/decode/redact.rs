//! Takes what an error message has of a value out of the message.
//!
//! A type's own `Deserialize` writes what it likes: `unknown currency XYZ`. Its words are worth
//! showing, and the value is not. So every word that occurs in the value becomes an ellipsis, as
//! does everything in quotes and, if the value has digits, every word with a digit. What goes
//! too far costs a word of a message; names that the type itself knows stay.

use std::collections::BTreeSet;

use serde_json::Value;

/// What is said where nothing of the message can be shown.
pub(super) const NOTHING_TO_SHOW: &str = "it is not what the type takes";

/// How serde itself begins where no variant of an enum fits; the name of the type follows.
const UNTAGGED: &str = "data did not match any variant of untagged enum ";
const ELLIPSIS: &str = "…";
/// How many characters of a message are worth reading.
const LONGEST: usize = 512;

/// The message without what it has of the value, which is given as JSON.
pub(super) fn redacted(message: &str, value: &str, known: &BTreeSet<&'static str>) -> String {
    if message.starts_with(UNTAGGED) {
        return message.to_owned();
    }
    let Ok(value) = serde_json::from_str(value) else {
        return NOTHING_TO_SHOW.to_owned();
    };
    let mut secrets = Secrets::default();
    secrets.add(&value);
    let mut message: String = message.chars().take(LONGEST).collect();
    for sign in &secrets.signs {
        message = message.replace(sign, ELLIPSIS);
    }
    let mut kept = String::new();
    let mut rest = message.as_str();
    while let Some(first) = rest.chars().next() {
        let length = if let Some(quoted) = quoted(rest, kept.chars().last()) {
            if known.contains(quoted) {
                kept.push_str(&rest[..quoted.len() + 2]);
            } else {
                kept.push_str(ELLIPSIS);
            }
            quoted.len() + 2
        } else if is_of_word(first) {
            let end = rest.find(|character| !is_of_word(character));
            let word = &rest[..end.unwrap_or(rest.len())];
            if !known.contains(word) && secrets.are_told_by(word) {
                kept.push_str(ELLIPSIS);
            } else {
                kept.push_str(word);
            }
            word.len()
        } else {
            kept.push(first);
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    kept
}

/// What stands in quotes, if the text begins with some. An apostrophe after a letter is none.
fn quoted(text: &str, before: Option<char>) -> Option<&str> {
    let mark = text.chars().next()?;
    let opens = match mark {
        '"' | '`' => true,
        '\'' => !before.is_some_and(is_of_word),
        _ => false,
    };
    let inside = text.get(1..).filter(|_| opens)?;
    inside.split_once(mark).map(|(quoted, _)| quoted)
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// What must not be told.
#[derive(Default)]
struct Secrets {
    /// Strings, numbers and keys, in lower case.
    texts: Vec<String>,
    words: BTreeSet<String>,
    /// Those that have neither letters nor digits.
    signs: Vec<String>,
    have_digits: bool,
}

impl Secrets {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(value) => self.add_text(&value.to_string()),
            Value::Number(number) => self.add_text(&number.to_string()),
            Value::String(text) => self.add_text(text),
            Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            Value::Object(members) => {
                for (key, value) in members {
                    self.add_text(key);
                    self.add(value);
                }
            }
        }
    }

    fn add_text(&mut self, text: &str) {
        let text = text.to_lowercase();
        let words = text.split(|character| !is_of_word(character));
        self.words
            .extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
        self.have_digits |= text.contains(char::is_numeric);
        if text.contains(is_of_word) {
            self.texts.push(text);
        } else if !text.trim().is_empty() {
            self.signs.push(text);
        }
    }

    /// Whether a word of a message is one of these, a part of one, or made of one.
    fn are_told_by(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        if self.have_digits && word.contains(char::is_numeric) {
            return true;
        }
        if word.chars().count() < 3 {
            return self.words.contains(&word);
        }
        self.texts.iter().any(|text| text.contains(&word))
            || (self.words.iter())
                .any(|secret| secret.chars().count() >= 3 && word.contains(secret.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p10_a_message_loses_the_value_and_keeps_the_rest() {
        let known = BTreeSet::from(["cents", "currency"]);
        for (message, value, kept) in [
            ("cents must be positive", "-5", "cents must be positive"),
            ("unknown currency XYZ", r#""xyz""#, "unknown currency …"),
            ("unknown currency \"XYZ\"", r#""xyz""#, "unknown currency …"),
            (
                "`currency` isn't known: 'XYZ'",
                r#""xyz""#,
                "`currency` isn't known: …",
            ),
            (
                "4,111 is too much, at most 10",
                "4111",
                "…,… is too much, at most …",
            ),
            (
                "at most 10 characters",
                r#""canary!""#,
                "at most 10 characters",
            ),
            (
                "in canary-coal: canaryfied",
                r#""Canary\u002dCoal""#,
                "in …-…: …",
            ),
            ("found ::: here", r#"":::""#, "found … here"),
            ("true is no answer", "true", "… is no answer"),
            (
                "the pin of ann is wrong",
                r#"{"ann": {"pin": 7}}"#,
                "the … of … is wrong",
            ),
            (
                "end is before start",
                r#"{"start": "b", "cents": 1}"#,
                "end is before …",
            ),
            ("anything", "{", NOTHING_TO_SHOW),
        ] {
            assert_eq!(
                redacted(message, value, &known),
                kept,
                "{message} of {value}"
            );
        }
        let untagged = format!("{UNTAGGED}Payment");
        assert_eq!(redacted(&untagged, r#""payment""#, &known), untagged);
    }
}
