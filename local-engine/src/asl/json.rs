//! Definition text to a JSON value, with every repeated field.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::problem::{Code, Position, Problem};

/// A field that one object has twice.
pub(super) struct Repeated {
    /// The path of the object.
    pub(super) path: String,
    /// The name of the field.
    pub(super) name: String,
}

/// Reads a JSON text; the last of repeated fields counts.
pub(super) fn read(text: &str) -> Result<(Value, Vec<Repeated>), Problem> {
    let repeated = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Node {
        place: &Place::Root,
        repeated: &repeated,
    };
    let value = seed
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| syntax_problem(text, &error))?;
    Ok((value, repeated.into_inner()))
}

/// Words the problem as the service does, which names the token that it does not know.
fn syntax_problem(text: &str, error: &serde_json::Error) -> Problem {
    let (token, position) = unknown_token(text, error.line(), error.column());
    let place = format!(
        "[Source: (String)\"{}\"; line: {}, column: {}]",
        shortened(text),
        position.line,
        position.column
    );
    let what = match token {
        Some(token) => format!(
            "Unrecognized token '{token}': was expecting (JSON String, Number, Array, Object or \
             token 'null', 'true' or 'false')"
        ),
        None => {
            let message = error.to_string();
            let end = message.rfind(" at line ").unwrap_or(message.len());
            message[..end].to_owned()
        }
    };
    Problem {
        code: Code::InvalidJsonDescription,
        message: format!("{what}\n at {place}"),
        path: Some(place),
        position: Some(position),
        advice: None,
    }
}

/// Returns the bare word at the place of an error, if there is one, and the place after it.
fn unknown_token(text: &str, line: usize, column: usize) -> (Option<&str>, Position) {
    let content = text.split('\n').nth(line.saturating_sub(1)).unwrap_or("");
    // The reader counts bytes.
    let mut at = column.min(content.len());
    while !content.is_char_boundary(at) {
        at -= 1;
    }
    let in_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let before = content[..at].trim_end_matches(in_word);
    let after = content[at..].trim_start_matches(in_word);
    let start = before.len();
    let end = content.len() - after.len();
    let word = &content[start..end];
    let is_unknown = word.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
        && !before.ends_with(['"', '\\'])
        && !after.starts_with('"');
    let position = |bytes: usize| Position {
        line: line.max(1),
        // One byte back from a mistake may be inside a character.
        column: content[..content.floor_char_boundary(bytes)]
            .chars()
            .count()
            + 1,
    };
    if is_unknown {
        (Some(word), position(end))
    } else {
        (None, position(at.saturating_sub(1).min(start)))
    }
}

/// The beginning of a long text, and how much was left out.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 500;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => {
            let left_out = text[end..].chars().count();
            format!("{}\"[truncated {left_out} chars]", &text[..end])
        }
        None => text.to_owned(),
    }
}

/// Where a value stands.
enum Place<'a> {
    Root,
    Field(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(parent, name) => write!(f, "{parent}/{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

#[derive(Clone, Copy)]
struct Node<'a> {
    place: &'a Place<'a>,
    repeated: &'a RefCell<Vec<Repeated>>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let place = Place::Item(self.place, items.len());
            let node = Node {
                place: &place,
                ..self
            };
            match access.next_element_seed(node)? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(Node {
                place: &Place::Field(self.place, &name),
                ..self
            })?;
            if fields.contains_key(&name) {
                let mut repeated = self
                    .repeated
                    .try_borrow_mut()
                    .map_err(|_| A::Error::custom("a field is being noted already"))?;
                repeated.push(Repeated {
                    path: self.place.to_string(),
                    name: name.clone(),
                });
            }
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unknown_token_is_named_as_the_service_does() {
        let Err(problem) = read("not a definition") else {
            panic!("that is not JSON");
        };
        assert_eq!(
            problem.message,
            "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token \
             'null', 'true' or 'false')\n at [Source: (String)\"not a definition\"; line: 1, \
             column: 4]"
        );
        assert_eq!(
            problem.path.as_deref(),
            Some("[Source: (String)\"not a definition\"; line: 1, column: 4]")
        );
    }

    #[test]
    fn a_syntax_error_has_line_and_column() {
        let Err(problem) = read("{\n  \"é\": 1,\n}") else {
            panic!("that is not JSON");
        };
        assert_eq!(problem.position, Some(Position { line: 3, column: 1 }));
        assert!(
            problem.to_string().starts_with("line 3, column 1: "),
            "{problem}"
        );
    }

    #[test]
    fn a_long_text_is_shown_in_part() {
        let Err(problem) = read(&"x".repeat(600)) else {
            panic!("that is not JSON");
        };
        assert!(
            problem
                .message
                .contains("\"[truncated 100 chars]\"; line: 1")
        );
    }

    #[test]
    fn repeated_fields_are_noted_with_their_object() {
        let text = r#"{"a": [{"b": 1, "b": 2}], "c": -1.5, "a": [{}, {"b": null, "b": "x"}]}"#;
        let Ok((value, repeated)) = read(text) else {
            panic!("that is JSON");
        };
        assert_eq!(value, json!({"a": [{}, {"b": "x"}], "c": -1.5}));
        let places: Vec<_> = repeated
            .iter()
            .map(|one| format!("{}#{}", one.path, one.name))
            .collect();
        assert_eq!(places, ["/a[0]#b", "/a[1]#b", "#a"]);
    }
}
