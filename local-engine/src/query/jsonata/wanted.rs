//! The parts of a value that an expression reads, so that nothing else is made ready for it.

use std::collections::BTreeMap;

use jsonata_core::value::JValue;
use serde_json::Value;

use super::convert::to_evaluator;

/// The parts of a value that are read; at first none.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    whole: bool,
    members: BTreeMap<String, Self>,
}

/// What is read of the parts of a value that is read whole.
static WHOLE: Wanted = Wanted {
    whole: true,
    members: BTreeMap::new(),
};

impl Wanted {
    /// Adds what the members of a path lead to, and everything in it.
    pub(super) fn add(&mut self, members: &[&str]) {
        match members.split_first() {
            None => self.whole = true,
            Some((first, rest)) => self
                .members
                .entry((*first).to_owned())
                .or_default()
                .add(rest),
        }
    }

    /// Whether anything is read.
    pub(super) fn is_read(&self) -> bool {
        self.whole || !self.members.is_empty()
    }

    /// What is read of a member, if anything.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        if self.whole {
            Some(&WHOLE)
        } else {
            self.members.get(name)
        }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// The parts of this value, in their places. An array on the way is taken whole, as a path
    /// goes into each of its items.
    pub(super) fn pick(&self, value: &Value) -> JValue {
        match value {
            Value::Object(fields) if !self.whole => {
                let members = self.members.iter();
                let members = members.filter_map(|(name, wanted)| {
                    let member = fields.get(name)?;
                    Some((name.clone(), wanted.pick(member)))
                });
                JValue::object(members.collect())
            }
            other => to_evaluator(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_wanted_is_made_ready() {
        let mut wanted = Wanted::default();
        wanted.add(&["order", "id"]);
        wanted.add(&["order", "items", "sku"]);
        wanted.add(&["gone"]);
        let value = json!({
            "order": {"id": 1, "secret": 2, "items": [{"sku": "a", "price": 3}]},
            "other": {},
        });
        let picked = wanted.pick(&value).to_json_string().unwrap();
        assert_eq!(
            picked,
            r#"{"order":{"id":1,"items":[{"sku":"a","price":3}]}}"#
        );
        wanted.add(&["order"]);
        let picked = wanted.pick(&value).to_json_string().unwrap();
        assert!(picked.contains("secret") && !picked.contains("other"));
    }
}
