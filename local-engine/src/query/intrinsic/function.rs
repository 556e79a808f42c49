//! The functions by name, and who does their work.

use serde_json::Value;

use super::{Refusal, arrays, base64, hash, json, numbers, text};
use crate::query::java;
use crate::query::random::Random;

/// The functions of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Array,
    ArrayContains,
    ArrayGetItem,
    ArrayLength,
    ArrayPartition,
    ArrayRange,
    ArrayUnique,
    Base64Decode,
    Base64Encode,
    Format,
    Hash,
    JsonMerge,
    JsonToString,
    MathAdd,
    MathRandom,
    StringSplit,
    StringToJson,
    Uuid,
}

impl Function {
    const ALL: [(&str, Self); 18] = [
        ("Array", Self::Array),
        ("ArrayContains", Self::ArrayContains),
        ("ArrayGetItem", Self::ArrayGetItem),
        ("ArrayLength", Self::ArrayLength),
        ("ArrayPartition", Self::ArrayPartition),
        ("ArrayRange", Self::ArrayRange),
        ("ArrayUnique", Self::ArrayUnique),
        ("Base64Decode", Self::Base64Decode),
        ("Base64Encode", Self::Base64Encode),
        ("Format", Self::Format),
        ("Hash", Self::Hash),
        ("JsonMerge", Self::JsonMerge),
        ("JsonToString", Self::JsonToString),
        ("MathAdd", Self::MathAdd),
        ("MathRandom", Self::MathRandom),
        ("StringSplit", Self::StringSplit),
        ("StringToJson", Self::StringToJson),
        ("UUID", Self::Uuid),
    ];

    /// Returns the function of this name, without `States.`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, function)| *function)
    }

    pub(super) fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, known)| *known == self);
        found.map_or("", |(name, _)| name)
    }

    /// Calls the function; too few or too many arguments are refused here, when a state runs, and
    /// not in the definition.
    pub(super) fn call(self, arguments: &[Value], random: &Random) -> Result<Value, Refusal> {
        match (self, arguments) {
            (Self::Array, items) => Ok(items.into()),
            (Self::ArrayContains, [array, item]) => arrays::contains(array, item),
            (Self::ArrayGetItem, [array, index]) => arrays::item(array, index),
            (Self::ArrayLength, [array]) => arrays::length(array),
            (Self::ArrayPartition, [array, size]) => arrays::partition(array, size),
            (Self::ArrayRange, [first, last, step]) => arrays::range(first, last, step),
            (Self::ArrayUnique, [array]) => arrays::unique(array),
            (Self::Base64Decode, [encoded]) => base64::decoded(encoded),
            (Self::Base64Encode, [plain]) => base64::encoded(plain),
            (Self::Format, values) => text::format(None, values),
            (Self::Hash, [value, algorithm]) => hash::hash(value, algorithm),
            (Self::JsonMerge, [one, other, deep]) => json::merge(one, other, deep),
            (Self::JsonToString, [value]) => Ok(java::to_json(value).into()),
            (Self::MathAdd, [one, other]) => numbers::add(one, other),
            (Self::MathRandom, [from, to]) => numbers::random(from, to, None, random),
            (Self::MathRandom, [from, to, seed]) => numbers::random(from, to, Some(seed), random),
            (Self::StringSplit, [whole, separators]) => text::split(whole, separators),
            (Self::StringToJson, [source]) => json::parse(source),
            (Self::Uuid, []) => Ok(random.uuid().into()),
            _ => Err(Refusal::Arguments),
        }
    }
}
