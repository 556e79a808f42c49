//! A handler as a `tower` service, with the layers around it.

use std::fmt;
use std::task::{Context, Poll};

use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceExt as _};

use crate::activities::{ActivityEntry, HandlerFuture};
use crate::activity::Call;
use crate::failure::{Failure, IntoFailure};
use crate::payload::Payload;

/// A handler as a `tower` service, whatever its type and whatever layers are around it.
///
/// What [`WorkerBuilder::layer`](super::WorkerBuilder::layer) gives a layer to wrap.
/// A clone speaks of the same handler; readiness belongs to one clone, as in `tower`.
#[derive(Clone)]
pub struct HandlerService(Inner);

#[derive(Clone)]
enum Inner {
    /// A bare handler is always ready and costs one function pointer.
    Plain(fn(Call) -> HandlerFuture),
    Layered(BoxCloneSyncService<Call, Payload, Failure>),
}

/// What puts a layer around a handler.
pub(crate) type Wrap = Box<dyn Fn(HandlerService) -> HandlerService + Send>;

impl HandlerService {
    pub(crate) fn of(entry: &ActivityEntry) -> Self {
        Self(Inner::Plain(entry.run()))
    }
}

/// Turns a layer into a value.
pub(crate) fn wrap<L>(layer: L) -> Wrap
where
    L: Layer<HandlerService> + Send + 'static,
    L::Service: Service<Call, Response = Payload> + Clone + Send + Sync + 'static,
    <L::Service as Service<Call>>::Error: IntoFailure,
    <L::Service as Service<Call>>::Future: Send,
{
    Box::new(move |inner| {
        let service = layer.layer(inner).map_err(IntoFailure::into_failure);
        HandlerService(Inner::Layered(BoxCloneSyncService::new(service)))
    })
}

impl Service<Call> for HandlerService {
    type Response = Payload;
    type Error = Failure;
    type Future = HandlerFuture;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        match &mut self.0 {
            Inner::Plain(_) => Poll::Ready(Ok(())),
            Inner::Layered(service) => service.poll_ready(context),
        }
    }

    fn call(&mut self, call: Call) -> HandlerFuture {
        match &mut self.0 {
            Inner::Plain(run) => run(call),
            Inner::Layered(service) => service.call(call),
        }
    }
}

impl fmt::Debug for HandlerService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandlerService")
    }
}
