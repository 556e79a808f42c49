//! What a state tells the worker beside the input of a task: `Envelope`.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::payload::Payload;

mod fields;
mod format;
mod trace;

use fields::Fields;
pub(crate) use format::Format;
pub use format::{EnvelopeFormat, NoEnvelope, StandardEnvelope};
pub use trace::{SpanId, TraceContext, TraceContextError, TraceId};

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
/// | `mapIndex` | whole number from 0 | which item of a Map the task belongs to |
/// | `traceparent` | text | the trace that the execution belongs to, as W3C writes it |
/// | `tracestate` | text | what vendors add to `traceparent` |
/// | `xrayTraceHeader` | text | the trace, as X-Ray writes it; read where `traceparent` is not there or wrong |
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
/// In a Map, the index of the item belongs into it, too: iterations begin in the same
/// millisecond, and nothing else tells them apart. With JSONPath:
///
/// ```json
#[doc = include_str!("envelope/map.asl.json")]
/// ```
///
/// With JSONata it is `"mapIndex": "{% $states.context.Map.Item.Index %}"`. Outside of a Map the
/// context object has no item, and a path to it fails the execution.
///
/// Nor does the context object know of a trace: whoever starts the execution puts one into its
/// input, and the state takes it from there, `"traceparent.$": "$$.Execution.Input.traceparent"`
/// or `"traceparent": "{% $states.context.Execution.Input.traceparent %}"`.
///
/// # What handlers see of it
///
/// [`ActivityContext`](crate::ActivityContext) tells attempt, execution, trace and idempotency
/// key, and handlers can take [`Execution`](crate::Execution),
/// [`IdempotencyKey`](crate::IdempotencyKey), [`Deadline`](crate::Deadline), [`TraceContext`] or
/// the envelope itself as arguments, each also as an `Option`.
///
/// # Other formats
///
/// [`WorkerBuilder::envelope`](crate::WorkerBuilder::envelope) takes another
/// [`EnvelopeFormat`], or [`NoEnvelope`].
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
#[derive(Clone, PartialEq, Eq, Default)]
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
    /// An envelope that tells nothing, for an [`EnvelopeFormat`] or a test to fill.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

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

    /// Puts an input into the envelope: what [`open`](Self::open) takes out of it again.
    ///
    /// Parts of a second become whole seconds, which are the unit of the format. What is no JSON
    /// stays none.
    #[must_use]
    pub fn wrap(&self, input: &Payload) -> Payload {
        let about = serde_json::Value::Object(self.fields.write());
        let input = input.as_str();
        Payload::new(format!(r#"{{"sfnWorker":{about},"input":{input}}}"#))
    }

    /// Sets how long the service waits for a heartbeat.
    #[must_use]
    pub fn with_heartbeat_timeout(mut self, limit: Duration) -> Self {
        self.fields.heartbeat_timeout = Some(limit);
        self
    }

    /// Sets how long the service waits for the report.
    #[must_use]
    pub fn with_timeout(mut self, limit: Duration) -> Self {
        self.fields.timeout = Some(limit);
        self
    }

    /// Sets the ARN of the execution; an empty text is none.
    #[must_use]
    pub fn with_execution(mut self, arn: impl Into<Box<str>>) -> Self {
        self.fields.execution = written(arn);
        self
    }

    /// Sets the name of the state; an empty text is none.
    #[must_use]
    pub fn with_state(mut self, name: impl Into<Box<str>>) -> Self {
        self.fields.state = written(name);
        self
    }

    /// Sets when the state was entered, in the notation of the context object; an empty text is
    /// none.
    #[must_use]
    pub fn with_entered_time(mut self, time: impl Into<Box<str>>) -> Self {
        self.fields.entered_time = written(time);
        self
    }

    /// Sets which attempt at the state this is, from 1.
    #[must_use]
    pub fn with_attempt(mut self, attempt: u32) -> Self {
        self.fields.retry_count = Some(attempt.saturating_sub(1));
        self
    }

    /// Sets which item of a Map the task belongs to.
    #[must_use]
    pub fn with_map_index(mut self, index: u64) -> Self {
        self.fields.map_index = Some(index);
        self
    }

    /// Sets the trace that the task belongs to.
    #[must_use]
    pub fn with_trace(mut self, trace: TraceContext) -> Self {
        self.fields.trace = Some(trace);
        self
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

    /// Which item of a Map the task belongs to, from 0.
    #[must_use]
    pub fn map_index(&self) -> Option<u64> {
        self.fields.map_index
    }

    /// The trace that the task belongs to.
    #[must_use]
    pub fn trace(&self) -> Option<&TraceContext> {
        self.fields.trace.as_ref()
    }
}

/// A text, if there is one.
fn written(text: impl Into<Box<str>>) -> Option<Box<str>> {
    Some(text.into()).filter(|text| !text.is_empty())
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
