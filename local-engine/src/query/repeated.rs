//! JSON text to a value, with every member that an object has twice.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A member that one object has twice.
#[derive(Debug)]
pub(crate) struct Repeated {
    /// The path of the object.
    pub(crate) path: String,
    /// The name of the member.
    pub(crate) name: String,
}

/// Reads a JSON text; the last of repeated members counts.
pub(crate) fn read(text: &str) -> Result<(Value, Vec<Repeated>), serde_json::Error> {
    let repeated = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Node {
        place: &Place::Root,
        repeated: &repeated,
    };
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, repeated.into_inner()))
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
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(Node {
                place: &Place::Field(self.place, &name),
                ..self
            })?;
            if members.contains_key(&name) {
                let mut repeated = self
                    .repeated
                    .try_borrow_mut()
                    .map_err(|_| A::Error::custom("a member is being noted already"))?;
                repeated.push(Repeated {
                    path: self.place.to_string(),
                    name: name.clone(),
                });
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn repeated_members_are_noted_with_their_object() {
        let text = r#"{"a": [{"b": 1, "b": 2}], "c": -1.5, "a": [{}, {"b": null, "b": "x"}]}"#;
        let (value, repeated) = read(text).unwrap();
        assert_eq!(value, json!({"a": [{}, {"b": "x"}], "c": -1.5}));
        let places: Vec<_> = repeated
            .iter()
            .map(|one| format!("{}#{}", one.path, one.name))
            .collect();
        assert_eq!(places, ["/a[0]#b", "/a[1]#b", "#a"]);
    }

    #[test]
    fn what_follows_the_value_is_an_error() {
        assert!(read("{} {}").is_err());
    }
}
