//! What is in arrays, objects and variants: `Items`, `Members` and `Choice`.

use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde_json::value::RawValue;

use super::key::Key;
use super::mismatch::{Mismatch, kind, one_of};
use super::node::{Node, Stray};
use super::path::Step;

/// The items of an array, one after another.
pub(super) struct Items<'de, 'p> {
    whole: Node<'de, 'p>,
    rest: std::vec::IntoIter<&'de RawValue>,
    taken: usize,
}

impl<'de, 'p> Items<'de, 'p> {
    pub(super) fn new(whole: Node<'de, 'p>, items: Vec<&'de RawValue>) -> Self {
        Self {
            whole,
            rest: items.into_iter(),
            taken: 0,
        }
    }

    /// Whether the type took them all.
    pub(super) fn ended(&self) -> Result<(), Mismatch> {
        let (taken, rest) = (self.taken, self.rest.len());
        if rest == 0 {
            return Ok(());
        }
        Err(Mismatch::safe(format!(
            "expected an array of length {taken}, found one of length {}",
            taken + rest
        )))
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'de, '_> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Some(item) = self.rest.next() else {
            return Ok(None);
        };
        let node = Node {
            text: item.get(),
            path: self.whole.path.below(Step::Item(self.taken)),
            trail: self.whole.trail,
            stray: None,
        };
        self.taken += 1;
        node.placed(seed.deserialize(node)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The members of an object in their order, also those whose key comes again.
pub(super) struct Members<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Members<'de> {
    /// Gives them to a type, which knows some fields if it is a struct.
    pub(super) fn access<'p>(
        self,
        whole: Node<'de, 'p>,
        fields: Option<&'static [&'static str]>,
    ) -> impl MapAccess<'de, Error = Mismatch> + use<'de, 'p> {
        Fields {
            whole,
            fields,
            rest: self.0.into_iter(),
            next: None,
        }
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

struct Fields<'de, 'p> {
    whole: Node<'de, 'p>,
    fields: Option<&'static [&'static str]>,
    rest: std::vec::IntoIter<(String, &'de RawValue)>,
    next: Option<(String, &'de RawValue)>,
}

impl<'de> MapAccess<'de> for Fields<'de, '_> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.next = Some((key.clone(), value));
        self.whole.placed(seed.deserialize(Key(key))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        let Some((key, value)) = self.next.take() else {
            return Err(Mismatch::safe("its members are read in a wrong order"));
        };
        let known = self.fields.and_then(|fields| find(fields, &key));
        let node = Node {
            text: value.get(),
            path: self
                .whole
                .path
                .below(known.map_or(Step::Unknown, Step::Known)),
            trail: self.whole.trail,
            stray: (self.fields)
                .filter(|_| known.is_none())
                .map(|expected| Stray {
                    key: &key,
                    expected,
                }),
        };
        node.placed(seed.deserialize(node))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// A variant by its name, with what is in it.
pub(super) struct Choice<'de, 'p> {
    whole: Node<'de, 'p>,
    name: String,
    /// Not there where the name stands alone.
    content: Option<(&'de RawValue, Step)>,
}

impl<'de, 'p> Choice<'de, 'p> {
    /// A variant whose name stands alone.
    pub(super) fn name(whole: Node<'de, 'p>, name: String) -> Self {
        Self {
            whole,
            name,
            content: None,
        }
    }

    /// A variant that is the only member of an object.
    pub(super) fn new(
        whole: Node<'de, 'p>,
        Members(members): Members<'de>,
        variants: &'static [&'static str],
    ) -> Result<Self, Mismatch> {
        let count = members.len();
        let mut members = members.into_iter();
        let (Some((name, value)), None) = (members.next(), members.next()) else {
            let text = format!("expected an object with one member, found one with {count}");
            return whole.placed(Err(Mismatch::safe(text)));
        };
        let step = find(variants, &name).map_or(Step::Unknown, Step::Known);
        Ok(Self {
            whole,
            name,
            content: Some((value, step)),
        })
    }

    /// Says that something is no variant at all.
    pub(super) fn refused(found: Unexpected<'_>, variants: &'static [&'static str]) -> Mismatch {
        Mismatch::safe(format!(
            "expected {}, found {}",
            one_of(variants),
            kind(found)
        ))
    }
}

impl<'de, 'p> EnumAccess<'de> for Choice<'de, 'p> {
    type Error = Mismatch;
    type Variant = Content<'de, 'p>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Content<'de, 'p>), Mismatch> {
        let name: StringDeserializer<Mismatch> = self.name.into_deserializer();
        let variant = self.whole.placed(seed.deserialize(name))?;
        let content = Content {
            whole: self.whole,
            content: self.content,
        };
        Ok((variant, content))
    }
}

/// What is in a variant.
pub(super) struct Content<'de, 'p> {
    whole: Node<'de, 'p>,
    content: Option<(&'de RawValue, Step)>,
}

impl<'de> Content<'de, '_> {
    /// Does something with what there is; a name that stands alone has nothing.
    fn read<T>(
        self,
        expected: &str,
        read: impl FnOnce(Node<'de, '_>) -> Result<T, Mismatch>,
    ) -> Result<T, Mismatch> {
        let Some((value, step)) = self.content else {
            let text = format!("expected an object with {expected}, found a string");
            return self.whole.placed(Err(Mismatch::safe(text)));
        };
        let node = Node {
            text: value.get(),
            path: self.whole.path.below(step),
            trail: self.whole.trail,
            stray: None,
        };
        node.placed(read(node))
    }
}

impl<'de> VariantAccess<'de> for Content<'de, '_> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        if self.content.is_none() {
            return Ok(());
        }
        self.read("null", |node| Deserialize::deserialize(node))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        self.read("the variant and its value", |node| seed.deserialize(node))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.read("the variant and an array", |node| {
            node.deserialize_tuple(length, visitor)
        })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.read("the variant and its fields", |node| {
            node.deserialize_struct("", fields, visitor)
        })
    }
}

fn find(names: &'static [&'static str], name: &str) -> Option<&'static str> {
    names.iter().find(|known| **known == name).copied()
}
