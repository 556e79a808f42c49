//! JSON text on its way in or out: `Payload`.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The input or output of a task as the service carries it: the text of one JSON document.
///
/// `Debug` shows the size only: inputs and outputs are the user's data and stay out of logs.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::Payload;
///
/// let payload = Payload::encode(&vec![1, 2, 3])?;
/// assert_eq!(payload.as_str(), "[1,2,3]");
/// assert_eq!(payload.decode::<Vec<u8>>()?, [1, 2, 3]);
/// assert_eq!(format!("{payload:?}"), "Payload(7 bytes)");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(Arc<str>);

impl Payload {
    /// The largest output that the service accepts: 262,144 bytes of UTF-8.
    ///
    /// Source: the service model (`SendTaskSuccess.output`). The *state* may take less, since
    /// `ResultPath` merges the output into the state's input under the same limit.
    pub const LIMIT: usize = 262_144;

    /// Wraps JSON text as it came over the wire; it is looked at when it is decoded.
    pub fn new(json: impl Into<Arc<str>>) -> Self {
        Self(json.into())
    }

    /// Encodes a value as JSON.
    ///
    /// # Errors
    ///
    /// The value's `Serialize` implementation failed, or a map has keys that are not strings.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::new)
    }

    /// Decodes the JSON into a value.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or not the JSON of a `T`. The error can quote the text: do not
    /// log it where inputs are confidential.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The size in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the text is empty, which no JSON document is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p10_a_payload_is_not_shown() {
        let payload = Payload::new(r#"{"card":"4111"}"#);
        assert!(!format!("{payload:?}").contains("4111"));
    }

    #[test]
    fn null_and_bare_scalars_are_documents() {
        assert_eq!(Payload::encode(&()).unwrap().as_str(), "null");
        assert_eq!(Payload::new("7").decode::<u8>().unwrap(), 7);
    }
}
