//! The end of a detached task: `Completion` finishes it later, from anywhere.

use std::fmt;

use serde::Serialize;
use tokio::sync::oneshot;

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
    sender: Option<oneshot::Sender<Result<Payload, Failure>>>,
}

impl Completion {
    pub(crate) fn new(
        context: ActivityContext,
        sender: oneshot::Sender<Result<Payload, Failure>>,
    ) -> Self {
        Self {
            context,
            sender: Some(sender),
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
        self.sender
            .take()
            .is_some_and(|sender| sender.send(result).is_ok())
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if let Some(sender) = self.sender.take() {
            // Nobody listens any more when the task was cancelled.
            let _ = sender.send(Err(Failure::reserved(
                names::COMPLETION_DROPPED,
                "the handler detached the task, and its completion was dropped without a result",
            )));
        }
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion")
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}
