//! Watches a handler from outside, and interferes when a test wants it: `Witness`.

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tower::{Layer, Service};

use super::hold::Hold;
use crate::activity::Call;
use crate::context::{ActivityContext, CancelReason, Progress};
use crate::failure::Failure;
use crate::payload::Payload;
use crate::testing::task::ScriptedTask;
use crate::worker::{HandlerService, ShutdownHandle};

/// A layer that notes what the handler of one task does.
#[derive(Debug, Clone, Default)]
pub(super) struct Witness {
    shared: Arc<Shared>,
}

/// What befalls the handler while it runs.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) cancel: Option<(Duration, CancelReason)>,
    pub(super) drain: Option<Duration>,
    pub(super) task: ScriptedTask,
    pub(super) shutdown: ShutdownHandle,
}

/// What was noted of a handler.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// When it was called, if it was.
    pub(super) started: Option<Instant>,
    /// How long it took, if it has ended.
    pub(super) took: Option<Duration>,
    /// Why it was cancelled while it ran, if it was.
    pub(super) cancelled: Option<CancelReason>,
    pub(super) progress: Vec<Progress>,
    pub(super) detached: bool,
    /// What the handler, or a layer around it, failed with.
    pub(super) failure: Option<Failure>,
}

#[derive(Debug, Default)]
struct Shared {
    seen: Mutex<Seen>,
    ended: Notify,
    plan: OnceLock<Plan>,
}

impl Witness {
    /// Says what befalls the handler; before the worker runs.
    pub(super) fn plans(&self, plan: Plan) {
        // One test has one plan.
        let _ = self.shared.plan.set(plan);
    }

    /// Waits until the handler has ended, if it was called at all.
    pub(super) async fn ended(&self) {
        loop {
            let ended = self.shared.ended.notified();
            let seen = self.seen();
            if seen.started.is_none() || seen.took.is_some() {
                return;
            }
            ended.await;
        }
    }

    pub(super) fn seen(&self) -> Seen {
        self.shared.lock().clone()
    }
}

impl Layer<HandlerService> for Witness {
    type Service = Witnessed;

    fn layer(&self, inner: HandlerService) -> Witnessed {
        Witnessed {
            inner,
            shared: Arc::clone(&self.shared),
        }
    }
}

/// A handler that is watched.
#[derive(Debug, Clone)]
pub(super) struct Witnessed {
    inner: HandlerService,
    shared: Arc<Shared>,
}

impl Service<Call> for Witnessed {
    type Response = Payload;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Payload, Failure>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let context = call.context().clone();
        let handled = self.inner.call(call);
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let watch = Watch::begin(&shared, &context);
            let mut handled = pin!(handled);
            // By its first turn a blocking handler has its thread.
            let first = poll_fn(|turn| Poll::Ready(handled.as_mut().poll(turn))).await;
            let result = match first {
                Poll::Ready(result) => result,
                Poll::Pending => tokio::select! {
                    biased;
                    result = &mut handled => result,
                    never = watch.interfere() => never,
                },
            };
            shared.lock().failure = result.as_ref().err().cloned();
            result
        })
    }
}

/// One call of the handler; notes its end, also when it is dropped.
struct Watch<'a> {
    shared: &'a Shared,
    context: &'a ActivityContext,
    started: Instant,
}

impl<'a> Watch<'a> {
    fn begin(shared: &'a Arc<Shared>, context: &'a ActivityContext) -> Self {
        let started = Instant::now();
        shared.lock().started = Some(started);
        let noted = Arc::clone(shared);
        context.on_progress(move |progress| noted.lock().progress.push(progress));
        Self {
            shared,
            context,
            started,
        }
    }

    /// Does to the task what the test has planned; never ends.
    async fn interfere<T>(&self) -> T {
        let Some(plan) = self.shared.plan.get() else {
            return pending().await;
        };
        let waits = plan.cancel.is_some() || plan.drain.is_some();
        let mut hold = self.hold(!waits);
        let drain = async {
            if let Some(after) = plan.drain {
                sleep_until(self.started + after).await;
                plan.shutdown.drain();
            }
        };
        let cancel = async {
            if let Some((after, reason)) = plan.cancel {
                sleep_until(self.started + after).await;
                if reason == CancelReason::LeaseLost {
                    plan.task.close();
                }
                self.context.cancel(reason);
            }
        };
        tokio::join!(drain, cancel);
        if hold.is_none() {
            hold = self.hold(true);
        }
        let never = pending().await;
        drop(hold);
        never
    }

    /// Stops the clock if a thread works on the task.
    fn hold(&self, wanted: bool) -> Option<Hold> {
        (wanted && self.context.threads().are_busy()).then(Hold::new)
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let mut seen = self.shared.lock();
        seen.took = Some(self.started.elapsed());
        seen.cancelled = self.context.cancel_reason();
        seen.detached = self.context.is_detached();
        drop(seen);
        self.shared.ended.notify_waiters();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
