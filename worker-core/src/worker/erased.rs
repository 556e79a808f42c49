//! The one dyn bridge: an `Activity` type becomes a value.

use std::fmt;
use std::pin::Pin;

use crate::activity::{Activity, Call};
use crate::failure::Failure;
use crate::payload::Payload;

type HandlerFuture = Pin<Box<dyn Future<Output = Result<Payload, Failure>> + Send>>;

/// A handler without its type.
#[derive(Clone, Copy)]
pub(crate) struct Handler(fn(Call) -> HandlerFuture);

impl Handler {
    pub(crate) fn of<A: Activity>() -> Self {
        Self(|call| Box::pin(A::run(call)))
    }

    pub(crate) fn start(self, call: Call) -> HandlerFuture {
        (self.0)(call)
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}
