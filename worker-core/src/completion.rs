//! The end of a detached task: `Completion` finishes it later, from anywhere.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::Notify;

use crate::activity::Call;
use crate::context::ActivityContext;
use crate::failure::{Failure, IntoFailure, names};
use crate::payload::Payload;

/// Finishes a task whose handler has returned already; made by [`ActivityContext::detach`].
///
/// The task goes on to be kept alive, holds its slot, and is cancelled by its time limit, by the
/// service and by a drain as any other: watch [`context`](Self::context).
/// Dropped without a word, it fails the task as `Worker.CompletionDropped`, so that a detached
/// task cannot be forgotten.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{ActivityContext, Failure, activity};
///
/// # async fn order_by_mail(_: u64) -> Result<(), Failure> { Ok(()) }
/// # async fn answer_by_mail(_: u64) -> String { String::new() }
/// #[activity(heartbeat = "10s", timeout = "1h")]
/// async fn approve(order: u64, context: ActivityContext) -> Result<(), Failure> {
///     order_by_mail(order).await?;
///     let completion = context.detach();
///     tokio::task::spawn(async move {
///         let answer = answer_by_mail(order).await;
///         completion.succeed(&answer);
///     });
///     Ok(()) // what the handler returns after `detach` is not used
/// }
/// ```
#[must_use = "a completion that is dropped fails its task"]
pub struct Completion {
    context: ActivityContext,
    number: u64,
    ended: bool,
}

/// Whether the handler of a task has detached it, and the result when there is one.
#[derive(Default)]
pub(crate) struct Detached {
    state: Mutex<State>,
    completed: Notify,
}

#[derive(Default)]
struct State {
    /// The completion that has the task; 0 while it was not detached.
    latest: u64,
    result: Option<Result<Payload, Failure>>,
    /// Nobody waits for a completion any more.
    over: bool,
}

impl Completion {
    pub(crate) fn new(context: ActivityContext, number: u64) -> Self {
        Self {
            context,
            number,
            ended: false,
        }
    }

    /// The context of the task, which tells whether it is still wanted.
    #[must_use]
    pub fn context(&self) -> &ActivityContext {
        &self.context
    }

    /// Ends the task with an output; one that does not encode or is too large fails it, as it
    /// would if the handler had returned it.
    ///
    /// Returns whether the task was still there to be ended.
    pub fn succeed<T: Serialize + ?Sized>(self, output: &T) -> bool {
        self.end(Call::output::<_, Failure>(Ok(output)))
    }

    /// Ends the task with a failure.
    ///
    /// Returns whether the task was still there to be ended.
    pub fn fail(self, error: impl IntoFailure) -> bool {
        self.end(Err(error.into_failure()))
    }

    fn end(mut self, result: Result<Payload, Failure>) -> bool {
        self.ended = true;
        self.context.complete(self.number, result)
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if !self.ended {
            let failure = Failure::reserved(
                names::COMPLETION_DROPPED,
                "the handler detached the task, and its completion was dropped without a result",
            );
            // Nobody listens any more when the task was cancelled.
            let _ = self.context.complete(self.number, Err(failure));
        }
    }
}

impl Detached {
    /// Gives the task to another completion, and returns its number.
    pub(crate) fn again(&self) -> u64 {
        let mut state = self.lock();
        state.latest += 1;
        state.latest
    }

    /// Whether the task was given to a completion.
    #[cfg(feature = "test-util")]
    pub(crate) fn is_detached(&self) -> bool {
        self.lock().latest > 0
    }

    /// Notes the result, if this completion has the task; returns whether it had.
    pub(crate) fn complete(&self, number: u64, result: Result<Payload, Failure>) -> bool {
        let mut state = self.lock();
        let counts = !state.over && state.latest == number;
        if counts {
            state.over = true;
            state.result = Some(result);
            self.completed.notify_one();
        }
        counts
    }

    /// What the handler returned, or, when it has detached the task, the result of that; an
    /// error if that is still to come.
    pub(crate) fn at_once(
        &self,
        returned: Result<Payload, Failure>,
    ) -> Result<Result<Payload, Failure>, ()> {
        let mut state = self.lock();
        if let Some(result) = state.result.take() {
            return Ok(result);
        }
        if state.latest == 0 {
            state.over = true;
            return Ok(returned);
        }
        Err(())
    }

    /// Waits for the result of a detached task.
    pub(crate) async fn result(&self) -> Result<Payload, Failure> {
        loop {
            let completed = {
                let mut state = self.lock();
                if let Some(result) = state.result.take() {
                    return result;
                }
                self.completed.notified()
            };
            completed.await;
        }
    }

    /// From now on every completion comes too late.
    pub(crate) fn end(&self) {
        self.lock().over = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion")
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}
