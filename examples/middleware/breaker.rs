//! A circuit breaker: after some failures in a row, no task is taken for a while.
//!
//! While it is open its readiness is pending, so that the worker does not even ask the service
//! for a task: tasks wait where every other worker can take them.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use sfn_worker_core::{Call, Failure, Payload};
use tokio::time::{Instant, Sleep, sleep_until};
use tower::{Layer, Service};

/// Makes a breaker for each activity.
#[derive(Debug, Clone)]
pub(crate) struct CircuitBreaker {
    /// The failure that counts: a card that is declined says nothing about the gateway.
    pub(crate) error: &'static str,
    /// How many of them in a row open the breaker.
    pub(crate) failures: u32,
    /// How long it stays open.
    pub(crate) pause: Duration,
}

/// A handler behind a breaker.
#[derive(Debug)]
pub(crate) struct Broken<S> {
    inner: S,
    breaker: CircuitBreaker,
    /// Shared by the clones, which are one handler.
    circuit: Arc<Mutex<Circuit>>,
    /// What wakes the one who asked this clone.
    waiting: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug, Default)]
struct Circuit {
    in_a_row: u32,
    open_until: Option<Instant>,
}

impl<S> Layer<S> for CircuitBreaker {
    type Service = Broken<S>;

    fn layer(&self, inner: S) -> Broken<S> {
        Broken {
            inner,
            breaker: self.clone(),
            circuit: Arc::default(),
            waiting: None,
        }
    }
}

impl<S: Service<Call, Response = Payload, Error = Failure>> Service<Call> for Broken<S>
where
    S::Future: Send + 'static,
{
    type Response = Payload;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Payload, Failure>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        // The breaker may have opened again while this clone waited.
        loop {
            let until = self.circuit.lock().unwrap().open_until;
            let Some(until) = until.filter(|until| *until > Instant::now()) else {
                return self.inner.poll_ready(context);
            };
            let waiting = self.waiting.insert(Box::pin(sleep_until(until)));
            ready!(waiting.as_mut().poll(context));
        }
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let (breaker, shared) = (self.breaker.clone(), Arc::clone(&self.circuit));
        let result = self.inner.call(call);
        Box::pin(async move {
            let result = result.await;
            let failed = matches!(&result, Err(failure) if failure.error() == breaker.error);
            let mut circuit = shared.lock().unwrap();
            circuit.in_a_row = if failed { circuit.in_a_row + 1 } else { 0 };
            // After a pause one failure is enough, for the row goes on.
            let open = circuit.in_a_row >= breaker.failures;
            circuit.open_until = open.then(|| Instant::now() + breaker.pause);
            result
        })
    }
}

impl<S: Clone> Clone for Broken<S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            breaker: self.breaker.clone(),
            circuit: Arc::clone(&self.circuit),
            waiting: None,
        }
    }
}
