//! What a state tells the worker beside the input of a task: `Envelope`.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::payload::Payload;

mod fields;

use fields::Fields;

#[cfg(test)]
mod tests;

/// The key under which a state tells the worker about the task.
const MARKER: &str = "\"sfnWorker\"";
/// The key under which the input itself stands.
const INPUT: &str = "\"input\"";

/// What a state tells the worker beside the input of a task.
///
/// The service gives a worker nothing but a token and an input: neither the state's timeouts
/// nor the execution nor how often the state was tried before. A state that wants its worker to
/// know wraps its input in an envelope, with `Parameters` or `Arguments`; the worker opens it,
/// and the handler sees what is in it. It is optional: a task without one is worked on as well,
/// with what attribute and configuration say.
///
/// # Format
///
/// An envelope is a JSON object with exactly the two keys `sfnWorker` and `input`, in any order.
/// Everything else, also an object that has a third key, is a plain input and is passed on as
/// it is, byte for byte. A handler whose own input has just these two keys gets it in an
/// envelope: only the outermost is opened.
///
/// | key in `sfnWorker` | value | meaning |
/// |---|---|---|
/// | `heartbeatSeconds` | whole number from 1 to 99,999,999 | the state's `HeartbeatSeconds` |
/// | `timeoutSeconds` | whole number from 1 to 99,999,999 | the state's `TimeoutSeconds` |
/// | `execution` | text | the ARN of the execution |
/// | `state` | text | the name of the state |
/// | `enteredTime` | text | when the state was entered, as the context object says it |
/// | `retryCount` | whole number from 0 | how often the state was retried before |
///
/// Each may be left out or be `null`. What is there and is something else counts as left out,
/// and a log line says so, at first as a warning and from then on for debugging; a key that is
/// not in the table is passed over.
///
/// # In a state machine
///
/// `RetryCount` and the other values come from the context object. With JSONPath:
///
/// ```json
#[doc = include_str!("envelope/jsonpath.asl.json")]
/// ```
///
/// With JSONata:
///
/// ```json
#[doc = include_str!("envelope/jsonata.asl.json")]
/// ```
///
/// # Size
///
/// The envelope counts: input and envelope together have at most 262,144 bytes (256 KiB), as
/// has everything that goes from state to state. A full one takes about 400 bytes.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sfn_worker_core::{Envelope, Payload};
///
/// let task = r#"{"sfnWorker": {"heartbeatSeconds": 30, "retryCount": 1}, "input": {"cents": 250}}"#;
/// let (envelope, input) = Envelope::open(Payload::new(task));
/// assert_eq!(input.as_str(), r#"{"cents": 250}"#);
/// let envelope = envelope.expect("exactly the two keys");
/// assert_eq!(envelope.heartbeat_timeout(), Some(Duration::from_secs(30)));
/// assert_eq!(envelope.attempt(), Some(2));
///
/// let (envelope, input) = Envelope::open(Payload::new(r#"{"cents": 250}"#));
/// assert_eq!(envelope, None);
/// assert_eq!(input.as_str(), r#"{"cents": 250}"#);
/// ```
///
/// `Debug` shows numbers only: an envelope came with an input, and inputs stay out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    fields: Fields,
}

/// The object with exactly two keys; the values are found and not looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapper<'payload> {
    #[serde(borrow, rename = "sfnWorker")]
    about: &'payload RawValue,
    #[serde(borrow)]
    input: &'payload RawValue,
}

impl Envelope {
    /// Takes the input out of its envelope, if it is in one; a plain input comes back as it is.
    ///
    /// A plain input costs a look at its first key, and one whose first key is `input` a search
    /// for the other: only what has both is parsed. The input keeps its bytes.
    #[must_use]
    pub fn open(payload: Payload) -> (Option<Self>, Payload) {
        if !can_be_envelope(payload.as_str()) {
            return (None, payload);
        }
        // What is no JSON is told to whoever decodes it.
        let Ok(wrapper) = serde_json::from_str::<Wrapper<'_>>(payload.as_str()) else {
            return (None, payload);
        };
        let envelope = Self {
            fields: Fields::read(wrapper.about),
        };
        (Some(envelope), Payload::new(wrapper.input.get()))
    }

    /// How long the service waits for a heartbeat: the state's `HeartbeatSeconds`.
    #[must_use]
    pub fn heartbeat_timeout(&self) -> Option<Duration> {
        self.fields.heartbeat_timeout
    }

    /// How long the service waits for the report: the state's `TimeoutSeconds`.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.fields.timeout
    }

    /// The ARN of the execution.
    #[must_use]
    pub fn execution(&self) -> Option<&str> {
        self.fields.execution.as_deref()
    }

    /// The name of the state.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.fields.state.as_deref()
    }

    /// When the state was entered, in the notation of the context object.
    #[must_use]
    pub fn entered_time(&self) -> Option<&str> {
        self.fields.entered_time.as_deref()
    }

    /// Which attempt at the state this is: 1 for the first, and one more for each retry.
    #[must_use]
    pub fn attempt(&self) -> Option<u32> {
        let retries = self.fields.retry_count?;
        Some(retries.saturating_add(1))
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("heartbeat_timeout", &self.heartbeat_timeout())
            .field("timeout", &self.timeout())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}

/// Whether a text begins like an envelope, and has both keys somewhere.
///
/// With exactly two keys, the first is one of them: most plain inputs are told by that.
fn can_be_envelope(text: &str) -> bool {
    let Some(object) = trim_start(text).strip_prefix('{') else {
        return false;
    };
    let object = trim_start(object);
    object.starts_with(MARKER) || (object.starts_with(INPUT) && object.contains(MARKER))
}

/// Without the white space of JSON, which is less than that of Unicode.
fn trim_start(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r'])
}
