//! The trace that an execution belongs to: `TraceContext`.

mod id;
mod w3c;
mod xray;

use std::fmt;

pub use self::id::{SpanId, TraceId};

/// The trace that a task belongs to, as its envelope tells it.
///
/// It is read from W3C Trace Context (`traceparent` and `tracestate`) or from the trace header
/// of X-Ray, whose trace ids are those of W3C with a version and a dash more. The worker puts
/// the trace id into the span of the run, `activity.run`, as the field `trace_id`; what the
/// handler calls can be given [`traceparent`](Self::traceparent) or
/// [`xray_header`](Self::xray_header) to join the trace.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::TraceContext;
///
/// let trace = TraceContext::from_xray_header(
///     "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
/// )?;
/// assert_eq!(trace.trace_id().to_string(), "5759e988bd862e3fe1be46a994272793");
/// assert_eq!(trace.is_sampled(), Some(true));
/// assert_eq!(
///     trace.traceparent().as_deref(),
///     Some("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"),
/// );
/// # Ok::<(), sfn_worker_core::TraceContextError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace_id: TraceId,
    span_id: Option<SpanId>,
    sampled: Option<bool>,
    state: Option<Box<str>>,
}

/// Why a text is not a trace context; it does not quote the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {right}")]
pub struct TraceContextError {
    what: &'static str,
    right: &'static str,
}

impl TraceContext {
    /// Reads a `traceparent` of W3C Trace Context, of version 00 or a later one.
    ///
    /// # Errors
    ///
    /// The text is not one: the error names the part that is wrong.
    pub fn from_traceparent(text: &str) -> Result<Self, TraceContextError> {
        w3c::parent(text)
    }

    /// Reads the trace header of X-Ray, `Root=…;Parent=…;Sampled=…`, of which only `Root` must
    /// be there.
    ///
    /// # Errors
    ///
    /// The text is not one: the error names the part that is wrong.
    pub fn from_xray_header(text: &str) -> Result<Self, TraceContextError> {
        xray::header(text)
    }

    /// Adds a `tracestate` of W3C Trace Context, which vendors use among themselves.
    ///
    /// # Errors
    ///
    /// The text is not one: the error names the part that is wrong.
    pub fn with_tracestate(mut self, text: &str) -> Result<Self, TraceContextError> {
        self.state = w3c::state(text)?;
        Ok(self)
    }

    /// The trace.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// The span that caused the task, if it is told; X-Ray may leave it out.
    #[must_use]
    pub fn span_id(&self) -> Option<SpanId> {
        self.span_id
    }

    /// Whether the caller records the trace, if that is decided; X-Ray may leave it open.
    #[must_use]
    pub fn is_sampled(&self) -> Option<bool> {
        self.sampled
    }

    /// What vendors added, in the notation of `tracestate`.
    #[must_use]
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The trace as a `traceparent` of version 00; none without a span, which it must name.
    #[must_use]
    pub fn traceparent(&self) -> Option<String> {
        let span = self.span_id?;
        let flags = u8::from(self.sampled == Some(true));
        Some(format!("00-{}-{span}-{flags:02x}", self.trace_id))
    }

    /// The trace as the trace header of X-Ray.
    #[must_use]
    pub fn xray_header(&self) -> String {
        let id = self.trace_id.to_string();
        let (time, rest) = id.split_at(8);
        let mut header = format!("Root=1-{time}-{rest}");
        if let Some(span) = self.span_id {
            header.push_str(&format!(";Parent={span}"));
        }
        if let Some(sampled) = self.sampled {
            header.push_str(&format!(";Sampled={}", u8::from(sampled)));
        }
        header
    }
}

impl fmt::Debug for TraceContext {
    /// Without the state, whose contents are the vendors' own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceContext")
            .field("trace_id", &self.trace_id)
            .field("span_id", &self.span_id)
            .field("sampled", &self.sampled)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
