//! The envelope of a task and the trace in it, as arguments of a handler.

use super::{FromCall, OptionalFromCall, envelope_missing};
use crate::activity::Call;
use crate::description::Description;
use crate::envelope::{Envelope, TraceContext};
use crate::failure::Failure;

impl FromCall for Envelope {
    /// A task without an envelope is failed as `Worker.EnvelopeMissing`.
    fn from_call(call: &Call) -> Result<Self, Failure> {
        Self::optional_from_call(call)?.ok_or_else(|| envelope_missing(call, "Envelope", &[]))
    }
}

impl OptionalFromCall for Envelope {
    fn optional_from_call(call: &Call) -> Result<Option<Self>, Failure> {
        Ok(call.context().envelope().cloned())
    }
}

impl FromCall for TraceContext {
    fn describe(description: &mut Description) {
        description.add_envelope_field("traceparent");
    }

    /// A task whose envelope tells no trace is failed as `Worker.EnvelopeMissing`.
    fn from_call(call: &Call) -> Result<Self, Failure> {
        Self::optional_from_call(call)?
            .ok_or_else(|| envelope_missing(call, "TraceContext", &["traceparent"]))
    }
}

impl OptionalFromCall for TraceContext {
    fn optional_from_call(call: &Call) -> Result<Option<Self>, Failure> {
        Ok(call.context().envelope().and_then(Envelope::trace).cloned())
    }
}
