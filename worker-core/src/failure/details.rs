//! `Details`: what a state machine can read about a failure, as JSON.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{CAUSE_LIMIT, cut};

/// No reason is longer; it stands in a cause.
const WHY_LIMIT: usize = 256;

/// What a state machine can read about a failure besides its name: a JSON value.
///
/// It is sent in the cause where that is a document, see
/// [`WorkerBuilder::cause_json`](crate::WorkerBuilder::cause_json).
/// It is sent whole or not at all: what does not encode, or has more bytes than a cause, leaves
/// a note in its place and does not keep the failure from being sent.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::Details;
///
/// let details = Details::new().with("code", &51).with("order", "o-7");
/// assert_eq!(details.value().unwrap()["order"], "o-7");
/// assert_eq!(Details::from(["o-7", "o-8"]).value().unwrap()[1], "o-8");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Details(Encoded);

/// Details as they are kept and stored.
///
/// Another type, because `Details` themselves must not be serializable: all that is becomes
/// details by `From`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Encoded {
    Whole(Value),
    /// They are not sent, for this reason.
    Omitted(String),
}

/// What can be a detail of a failure: all that can be encoded as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a detail of an error",
    label = "not serializable",
    note = "a field in `details(…)` needs `#[derive(serde::Serialize)]` on its type, as does every type in it"
)]
pub trait Detail: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Detail for T {}

impl Details {
    /// An object without entries.
    #[must_use]
    pub fn new() -> Self {
        Self(Encoded::Whole(Value::Object(Map::new())))
    }

    /// Adds an entry, or replaces it.
    ///
    /// Of details that are no object nothing but the entry is left.
    #[must_use]
    pub fn with(mut self, key: &str, value: &(impl Detail + ?Sized)) -> Self {
        let Encoded::Whole(whole) = &mut self.0 else {
            return self;
        };
        match (encode(value), whole) {
            (Ok(value), Value::Object(entries)) => {
                entries.insert(key.to_owned(), value);
            }
            (Ok(value), whole) => {
                *whole = Value::Object(Map::from_iter([(key.to_owned(), value)]));
            }
            (Err(why), _) => self.0 = Encoded::Omitted(cut(format!("{key}: {why}"), WHY_LIMIT)),
        }
        self
    }

    /// The value; none if it could not be encoded.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.0.value()
    }

    /// Why there is no value.
    #[must_use]
    pub fn omitted(&self) -> Option<&str> {
        self.0.omitted()
    }

    pub(super) fn into_encoded(self) -> Encoded {
        self.0.within(CAUSE_LIMIT)
    }
}

impl Encoded {
    pub(super) fn value(&self) -> Option<&Value> {
        match self {
            Self::Whole(value) => Some(value),
            Self::Omitted(_) => None,
        }
    }

    pub(super) fn omitted(&self) -> Option<&str> {
        match self {
            Self::Whole(_) => None,
            Self::Omitted(why) => Some(why),
        }
    }

    /// The same, unless it has more than so many bytes of JSON.
    pub(super) fn within(self, limit: usize) -> Self {
        match self {
            Self::Whole(value) if value.to_string().len() > limit => {
                Self::Omitted(too_large(limit))
            }
            Self::Whole(value) => Self::Whole(value),
            Self::Omitted(why) => Self::Omitted(cut(why, WHY_LIMIT)),
        }
    }
}

/// Any value is the whole of the details.
impl<T: Serialize> From<T> for Details {
    fn from(value: T) -> Self {
        Self(match encode(&value) {
            Ok(value) => Encoded::Whole(value),
            Err(why) => Encoded::Omitted(why),
        })
    }
}

impl Default for Details {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Details {
    /// Shows no value: it can quote the user's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Details")
            .field("omitted", &self.omitted().is_some())
            .finish_non_exhaustive()
    }
}

/// Encodes a value within the limit of a cause: a value of any size costs no more than that.
fn encode(value: &(impl Serialize + ?Sized)) -> Result<Value, String> {
    let mut bounded = Bounded(Vec::new());
    let encoded = serde_json::to_writer(&mut bounded, value);
    encoded
        // Whoever gets it must be able to read it.
        .and_then(|()| serde_json::from_slice(&bounded.0))
        // Numbers that were not read again are exact.
        .map(|read| serde_json::to_value(value).unwrap_or(read))
        .map_err(|error| match error.is_io() {
            true => too_large(CAUSE_LIMIT),
            false => cut(error.to_string(), WHY_LIMIT),
        })
}

fn too_large(limit: usize) -> String {
    format!("more than {limit} bytes of JSON")
}

/// Takes as many bytes as a cause can have, and then no more.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > CAUSE_LIMIT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn entries_are_added_and_replaced() {
        let details = Details::new().with("a", &1).with("b", "x").with("a", &2);
        assert_eq!(details.value().unwrap().to_string(), r#"{"a":2,"b":"x"}"#);
        let details = Details::from([1, 2]).with("a", &1);
        assert_eq!(details.value().unwrap().to_string(), r#"{"a":1}"#);
    }

    #[test]
    fn what_does_not_encode_leaves_the_reason() {
        let keyed_by_list = BTreeMap::from([(vec![1], 2)]);
        let details = Details::new().with("a", &1).with("b", &keyed_by_list);
        assert_eq!(details.value(), None);
        assert_eq!(details.omitted(), Some("b: key must be a string"));
        assert_eq!(details.with("c", &1).value(), None);
    }

    #[test]
    fn p8_a_value_of_any_size_costs_no_more_than_a_cause() {
        struct Endless;
        impl Serialize for Endless {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(std::iter::repeat(0))
            }
        }
        let details = Details::from(Endless);
        assert_eq!(details.omitted(), Some("more than 32768 bytes of JSON"));
    }

    #[test]
    fn what_is_too_deep_to_be_read_again_is_left_out() {
        let mut deep = Value::Null;
        for _ in 0..200 {
            deep = Value::Array(vec![deep]);
        }
        let details = Details::from(deep);
        assert!(
            details.omitted().unwrap().contains("recursion"),
            "{details:?}"
        );
    }

    #[test]
    fn p10_details_do_not_show_their_values() {
        let details = Details::new().with("card", "4111");
        assert!(!format!("{details:?}").contains("4111"));
    }
}
