//! A value of an input as a type reads it: `Node`.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::de::{DeserializeOwned, Deserializer, Error, Unexpected, Visitor};
use serde_json::value::RawValue;

use super::access::{Choice, Items, Members};
use super::mismatch::Mismatch;
use super::path::Path;

/// As deep as `serde_json` reads.
const DEEPEST: usize = 128;
/// The names by which `serde_json` knows its own types.
const OWN: &str = "$serde_json::private::";

/// A value of an input, which a type is reading.
#[derive(Clone, Copy)]
pub(super) struct Node<'de, 'p> {
    /// The value as it was written.
    pub(super) text: &'de str,
    pub(super) path: Path<'p>,
    pub(super) trail: &'p Trail,
    /// Under which key it stands, if the type around it does not know that key.
    pub(super) stray: Option<Stray<'p>>,
}

/// A key that the type does not know.
#[derive(Clone, Copy)]
pub(super) struct Stray<'p> {
    pub(super) key: &'p str,
    pub(super) expected: &'static [&'static str],
}

/// What was learnt on the way.
#[derive(Default)]
pub(super) struct Trail {
    /// The names that the types know, which are no secrets.
    known: RefCell<BTreeSet<&'static str>>,
    /// The first field that a type did not ask for.
    unknown: RefCell<Option<Mismatch>>,
}

impl Trail {
    pub(super) fn learn(&self, names: &'static [&'static str]) {
        self.known.borrow_mut().extend(names);
    }

    pub(super) fn unknown(self) -> Option<Mismatch> {
        self.unknown.into_inner()
    }
}

impl<'de, 'p> Node<'de, 'p> {
    pub(super) fn root(text: &'de str, trail: &'p Trail) -> Self {
        Self {
            text: text.trim_matches([' ', '\t', '\n', '\r']),
            path: Path::root(),
            trail,
            stray: None,
        }
    }

    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Mismatch> {
        self.placed(T::deserialize(self))
    }

    /// The result, whose error says that it is from here, unless it knows better.
    pub(super) fn placed<T>(&self, result: Result<T, Mismatch>) -> Result<T, Mismatch> {
        result.map_err(|mismatch| mismatch.at(&self.path, self.text, &self.trail.known.borrow()))
    }

    /// The kind of the value; the value itself is not told to anybody.
    pub(super) fn kind(&self) -> Unexpected<'static> {
        match self.text.as_bytes().first() {
            Some(b'{') => Unexpected::Map,
            Some(b'[') => Unexpected::Seq,
            Some(b'"') => Unexpected::Str(""),
            Some(b't' | b'f') => Unexpected::Bool(false),
            Some(b'n') => Unexpected::Unit,
            _ if self.text.contains(['.', 'e', 'E']) => Unexpected::Float(0.0),
            _ => Unexpected::Unsigned(0),
        }
    }

    /// The value with a type of `serde_json` that it reads by itself.
    fn json<T: serde::Deserialize<'de>>(&self) -> Result<T, Mismatch> {
        let parsed = serde_json::from_str(self.text).map_err(|error| Mismatch::syntax(&error));
        self.placed(parsed)
    }

    fn string(&self) -> Result<String, Mismatch> {
        self.json()
    }

    fn any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.path.depth() > DEEPEST {
            let text = format!("it is nested more than {DEEPEST} deep");
            return self.placed(Err(Mismatch::safe(text)));
        }
        match self.text.as_bytes().first() {
            Some(b'{') => self.members(None, visitor),
            Some(b'[') => self.items(visitor),
            Some(b'"') => {
                let text = self.string()?;
                self.placed(visitor.visit_string(text))
            }
            Some(b't' | b'f') => {
                let value = self.json()?;
                self.placed(visitor.visit_bool(value))
            }
            Some(b'n') => self.placed(visitor.visit_unit()),
            _ => self.number(visitor),
        }
    }

    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let value: serde_json::Number = self.json()?;
        self.placed(if let Some(value) = value.as_u64() {
            visitor.visit_u64(value)
        } else if let Some(value) = value.as_i64() {
            visitor.visit_i64(value)
        } else {
            visitor.visit_f64(value.as_f64().unwrap_or(f64::NAN))
        })
    }

    fn items<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let mut items = Items::new(self, self.json::<Vec<&'de RawValue>>()?);
        let value = visitor.visit_seq(&mut items);
        self.placed(value.and_then(|value| items.ended().map(|()| value)))
    }

    fn members<V: Visitor<'de>>(
        self,
        fields: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let members = self.json::<Members<'de>>()?;
        self.placed(visitor.visit_map(members.access(self, fields)))
    }

    /// Leaves a type of `serde_json` to `serde_json`.
    fn own<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        let mut whole = serde_json::Deserializer::from_str(self.text);
        let value = whole.deserialize_newtype_struct(name, visitor);
        self.placed(value.map_err(|error| Mismatch::syntax(&error)))
    }
}

/// Methods that read one kind of value, which its first character tells, as `serde_json` does.
macro_rules! only {
    ($($first:pat => $($method:ident)*;)*) => {
        $($(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            match self.text.as_bytes().first() {
                Some($first) => self.any(visitor),
                _ => self.placed(Err(Error::invalid_type(self.kind(), &visitor))),
            }
        })*)*
    };
}

impl<'de> Deserializer<'de> for Node<'de, '_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.any(visitor)
    }

    only! {
        b't' | b'f' => deserialize_bool;
        b'n' => deserialize_unit;
        b'"' => deserialize_char deserialize_str deserialize_string deserialize_identifier;
        b'-' | b'0'..=b'9' =>
            deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
            deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
            deserialize_f32 deserialize_f64;
        b'[' => deserialize_seq;
        b'{' => deserialize_map;
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.text.parse() {
            Ok(value) => self.placed(visitor.visit_i128(value)),
            Err(_) => self.deserialize_i64(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.text.parse() {
            Ok(value) => self.placed(visitor.visit_u128(value)),
            Err(_) => self.deserialize_u64(visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if !self.text.starts_with('"') {
            return self.deserialize_seq(visitor);
        }
        let text = self.string()?;
        self.placed(visitor.visit_bytes(text.as_bytes()))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.text == "null" {
            self.placed(visitor.visit_none())
        } else {
            self.placed(visitor.visit_some(self))
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        if name.starts_with(OWN) {
            return self.own(name, visitor);
        }
        self.placed(visitor.visit_newtype_struct(self))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.trail.learn(fields);
        if self.text.starts_with('{') && self.path.depth() <= DEEPEST {
            return self.members(Some(fields), visitor);
        }
        match self.text.as_bytes().first() {
            Some(b'{' | b'[') => self.any(visitor),
            _ => self.placed(Err(Error::invalid_type(self.kind(), &visitor))),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.trail.learn(variants);
        let choice = match self.text.as_bytes().first() {
            Some(b'"') => Choice::name(self, self.string()?),
            Some(b'{') => Choice::new(self, self.json::<Members<'de>>()?, variants)?,
            _ => return self.placed(Err(Choice::refused(self.kind(), variants))),
        };
        self.placed(visitor.visit_enum(choice))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if let (Some(stray), Some(above)) = (self.stray, self.path.above()) {
            let mut unknown = self.trail.unknown.borrow_mut();
            unknown.get_or_insert_with(|| {
                let mismatch = Mismatch::unknown_field(stray.key, stray.expected);
                mismatch.at(above, "null", &BTreeSet::new())
            });
        }
        self.placed(visitor.visit_unit())
    }
}
