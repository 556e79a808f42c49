//! How inputs are taken out of their wrappers: `EnvelopeFormat`.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use super::Envelope;
use crate::failure::Failure;
use crate::payload::Payload;

/// How a worker takes the input of a task out of what the state wrapped it in.
///
/// The worker's own format is [`StandardEnvelope`], and that is what it opens unless
/// [`WorkerBuilder::envelope`](crate::WorkerBuilder::envelope) says otherwise: [`NoEnvelope`]
/// switches envelopes off, and a format of your own reads a wrapper that your state machines
/// have already. A closure of the same signature is one, too.
///
/// # Examples
///
/// A wrapper of your own, `{"meta": {…}, "body": …}`:
///
/// ```
/// use serde::Deserialize;
/// use serde_json::value::RawValue;
/// use sfn_worker_core::{Envelope, EnvelopeFormat, Failure, Payload};
///
/// struct HouseFormat;
///
/// #[derive(Deserialize)]
/// struct Wrapper<'text> {
///     meta: Meta,
///     #[serde(borrow)]
///     body: &'text RawValue,
/// }
///
/// #[derive(Deserialize)]
/// struct Meta {
///     run: String,
///     tries: u32,
/// }
///
/// impl EnvelopeFormat for HouseFormat {
///     fn open(&self, payload: Payload) -> Result<(Option<Envelope>, Payload), Failure> {
///         let Ok(wrapper) = serde_json::from_str::<Wrapper<'_>>(payload.as_str()) else {
///             return Ok((None, payload)); // a plain input
///         };
///         let envelope = Envelope::new()
///             .with_execution(wrapper.meta.run)
///             .with_attempt(wrapper.meta.tries);
///         Ok((Some(envelope), Payload::new(wrapper.body.get())))
///     }
/// }
///
/// let (envelope, input) = HouseFormat.open(Payload::new(
///     r#"{"meta": {"run": "run-1", "tries": 2}, "body": [1]}"#,
/// ))?;
/// assert_eq!(envelope.and_then(|envelope| envelope.attempt()), Some(2));
/// assert_eq!(input.as_str(), "[1]");
/// # Ok::<(), Failure>(())
/// ```
pub trait EnvelopeFormat: Send + Sync + 'static {
    /// Takes the input out of its envelope, if it is in one; a plain input comes back as it is.
    ///
    /// It is called as soon as a task has come, before anything of it runs, and should be quick.
    ///
    /// # Errors
    ///
    /// What the task fails with when its wrapper must not be worked on.
    fn open(&self, payload: Payload) -> Result<(Option<Envelope>, Payload), Failure>;

    /// Whether envelopes of this format can tell something, by its key in the standard format:
    /// a handler that cannot do without what they never tell is found when the worker is built.
    ///
    /// Unless it is overridden, they can tell everything.
    fn can_tell(&self, _field: &str) -> bool {
        true
    }
}

/// The worker's own format, with the key `sfnWorker`: [`Envelope::open`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "its name is its only value")]
pub struct StandardEnvelope;

/// No envelopes: every input reaches its handler as it came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "its name is its only value")]
pub struct NoEnvelope;

/// The format of a worker.
#[derive(Clone)]
pub(crate) struct Format {
    format: Arc<dyn EnvelopeFormat>,
    is_standard: bool,
}

impl Format {
    pub(crate) fn new<F: EnvelopeFormat>(format: F) -> Self {
        Self {
            format: Arc::new(format),
            is_standard: TypeId::of::<F>() == TypeId::of::<StandardEnvelope>(),
        }
    }

    pub(crate) fn open(&self, payload: Payload) -> Result<(Option<Envelope>, Payload), Failure> {
        self.format.open(payload)
    }

    /// Whether it is the worker's own format, of which a definition can be checked.
    pub(crate) fn is_standard(&self) -> bool {
        self.is_standard
    }

    pub(crate) fn can_tell(&self, field: &str) -> bool {
        self.format.can_tell(field)
    }
}

impl Default for Format {
    fn default() -> Self {
        Self::new(StandardEnvelope)
    }
}

impl EnvelopeFormat for StandardEnvelope {
    fn open(&self, payload: Payload) -> Result<(Option<Envelope>, Payload), Failure> {
        Ok(Envelope::open(payload))
    }
}

impl EnvelopeFormat for NoEnvelope {
    fn open(&self, payload: Payload) -> Result<(Option<Envelope>, Payload), Failure> {
        Ok((None, payload))
    }

    fn can_tell(&self, _field: &str) -> bool {
        false
    }
}

impl<F> EnvelopeFormat for F
where
    F: Fn(Payload) -> Result<(Option<Envelope>, Payload), Failure> + Send + Sync + 'static,
{
    fn open(&self, payload: Payload) -> Result<(Option<Envelope>, Payload), Failure> {
        self(payload)
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Format")
    }
}
