//! What a handler may ask and do while its task runs: `ActivityContext`.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::completion::{Completion, Detached};
use crate::departure::Departure;
use crate::description::ErrorInfo;
use crate::envelope::{Envelope, TraceContext};
use crate::extract::{Execution, IdempotencyKey};
use crate::failure::{ActivityError, ErrorName, Failure, names};
use crate::name::{ActivityName, WorkerName};
use crate::payload::Payload;
use crate::straggler::Threads;
use crate::token::TaskToken;

/// What a handler may ask and do while its task runs.
///
/// Take it as an argument of the handler, at any position. Clones are cheap and speak of the
/// same task.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{ActivityContext, Cancelled};
///
/// fn hash_all(blocks: &[Vec<u8>], context: &ActivityContext) -> Result<u64, Cancelled> {
///     let mut sum = 0;
///     for (done, block) in blocks.iter().enumerate() {
///         context.check()?; // stop when nobody wants the result any more
///         sum += block.iter().map(|&byte| u64::from(byte)).sum::<u64>();
///         context.progress(done as u64 + 1, blocks.len() as u64);
///     }
///     Ok(sum)
/// }
/// ```
#[derive(Clone)]
pub struct ActivityContext {
    shared: Arc<Shared>,
    told: Option<Arc<Told>>,
}

/// What the envelope of a task tells, and what is made of it.
struct Told {
    envelope: Envelope,
    key: Option<IdempotencyKey>,
}

/// Why a task is no longer to be worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CancelReason {
    /// The service no longer wants the task: it timed out, its execution was stopped, or
    /// somebody else reported on it; or no heartbeat got through for so long that it must have
    /// timed out. Whatever the handler returns is thrown away.
    LeaseLost,
    /// The handler's own time limit has passed.
    Deadline,
    /// The handler has shown no sign of life for longer than its `stall_after`.
    Stalled,
    /// The worker is stopping and has no time left for the task.
    ShuttingDown,
    /// The handler has returned; only what it left running can see this.
    Finished,
}

/// The error of a handler that stops because its task was cancelled.
///
/// What a handler returns after its task was cancelled is not used, so that converting this
/// into any error is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the task was cancelled: {reason}")]
pub struct Cancelled {
    reason: CancelReason,
}

/// How far a handler has come, in units of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The units that are done.
    pub done: u64,
    /// All units; 0 when unknown.
    pub total: u64,
}

struct Shared {
    activity: ActivityName,
    worker: WorkerName,
    token: TaskToken,
    deadline: Option<Instant>,
    departure: Departure,
    cancelled: CancellationToken,
    reason: OnceLock<CancelReason>,
    done: AtomicU64,
    total: AtomicU64,
    /// Grows with every sign of life; the watchdog looks whether it does.
    signs: AtomicU64,
    /// Asks for a heartbeat; there once the heartbeat of the task is.
    beat_now: OnceLock<Box<dyn Fn() + Send + Sync>>,
    /// Notified with every answer to a heartbeat.
    answered: Notify,
    detached: Detached,
    threads: Threads,
    #[cfg(feature = "test-util")]
    progressed: OnceLock<Box<dyn Fn(Progress) + Send + Sync>>,
}

impl ActivityContext {
    pub(crate) fn new(
        activity: ActivityName,
        worker: WorkerName,
        token: TaskToken,
        deadline: Option<Instant>,
        departure: Departure,
    ) -> Self {
        let shared = Shared {
            activity,
            worker,
            token,
            deadline,
            departure,
            cancelled: CancellationToken::new(),
            reason: OnceLock::new(),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            signs: AtomicU64::new(0),
            beat_now: OnceLock::new(),
            answered: Notify::new(),
            detached: Detached::default(),
            threads: Threads::default(),
            #[cfg(feature = "test-util")]
            progressed: OnceLock::new(),
        };
        Self {
            shared: Arc::new(shared),
            told: None,
        }
    }

    /// The same task with what the envelope around its input tells.
    pub(crate) fn with_envelope(mut self, envelope: Option<Envelope>, input: &Payload) -> Self {
        self.told = envelope.map(|envelope| {
            let key = IdempotencyKey::told(&envelope, input);
            Arc::new(Told { envelope, key })
        });
        self
    }

    /// What the state told of itself beside the input, if it did.
    #[must_use]
    pub fn envelope(&self) -> Option<&Envelope> {
        self.told.as_deref().map(|told| &told.envelope)
    }

    /// Which attempt at the state this is, from 1, if the envelope tells it.
    #[must_use]
    pub fn attempt(&self) -> Option<u32> {
        self.envelope()?.attempt()
    }

    /// The execution that the task belongs to, if the envelope tells all of it.
    #[must_use]
    pub fn execution(&self) -> Option<Execution> {
        Execution::told(self.envelope()?)
    }

    /// A key for calls that must not happen twice; whether a retry of the state has the same
    /// one depends on the envelope, see [`IdempotencyKey`].
    #[must_use]
    pub fn idempotency_key(&self) -> IdempotencyKey {
        let told = self.told.as_deref().and_then(|told| told.key.clone());
        told.unwrap_or_else(|| IdempotencyKey::of_attempt(&self.shared.token))
    }

    /// The trace that the task belongs to, if the envelope tells it.
    #[must_use]
    pub fn trace(&self) -> Option<&TraceContext> {
        self.envelope()?.trace()
    }

    /// The activity that the task belongs to.
    #[must_use]
    pub fn activity(&self) -> &ActivityName {
        &self.shared.activity
    }

    /// The name of the worker, as the execution's history shows it.
    #[must_use]
    pub fn worker(&self) -> &WorkerName {
        &self.shared.worker
    }

    /// The task's token, which prints as a fingerprint.
    #[must_use]
    pub fn token(&self) -> &TaskToken {
        &self.shared.token
    }

    /// When the handler's own time limit passes, where it has one.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.shared.deadline
    }

    /// Whether the worker is draining: the task is still welcome to finish, soon.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.shared.departure.begun().is_cancelled()
    }

    /// Waits until the worker begins to drain.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only waits.
    pub async fn draining(&self) {
        self.shared.departure.begun().cancelled().await;
    }

    /// The time that is left until a draining worker cancels and hands back the task; `None`
    /// while there is no limit.
    #[must_use]
    pub fn time_left(&self) -> Option<Duration> {
        self.shared.departure.time_left()
    }

    /// Whether the task was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.is_cancelled()
    }

    /// Why the task was cancelled, if it was.
    #[must_use]
    pub fn cancel_reason(&self) -> Option<CancelReason> {
        self.shared.reason.get().copied()
    }

    /// Waits until the task is cancelled and says why.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only waits.
    pub async fn cancelled(&self) -> CancelReason {
        self.shared.cancelled.cancelled().await;
        self.reason()
    }

    /// Returns at once: an error if the task was cancelled. Meant for loops in blocking
    /// handlers, which nothing else can stop. It is a sign of life for `stall_after`.
    ///
    /// # Errors
    ///
    /// The task was cancelled.
    pub fn check(&self) -> Result<(), Cancelled> {
        self.sign();
        self.wanted()
    }

    fn wanted(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() {
            Err(Cancelled {
                reason: self.reason(),
            })
        } else {
            Ok(())
        }
    }

    /// Notes how far the handler has come; `total` is 0 when it is not known. It is a sign of
    /// life for `stall_after`.
    pub fn progress(&self, done: u64, total: u64) {
        self.sign();
        self.shared.done.store(done, Ordering::Relaxed);
        self.shared.total.store(total, Ordering::Relaxed);
        #[cfg(feature = "test-util")]
        if let Some(progressed) = self.shared.progressed.get() {
            progressed(Progress { done, total });
        }
    }

    /// What the handler last noted with [`progress`](Self::progress).
    #[must_use]
    pub fn last_progress(&self) -> Progress {
        Progress {
            done: self.shared.done.load(Ordering::Relaxed),
            total: self.shared.total.load(Ordering::Relaxed),
        }
    }

    /// Sends a heartbeat now and waits until the service has answered it.
    ///
    /// Heartbeats go out by themselves in the activity's heartbeat interval; call this only
    /// to learn at once whether the task is still wanted. It is a sign of life for
    /// `stall_after`.
    ///
    /// # Errors
    ///
    /// The task was cancelled.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the heartbeat goes out all the same.
    pub async fn heartbeat(&self) -> Result<(), Cancelled> {
        self.check()?;
        // Listens from here on, however fast the answer comes.
        let mut answered = pin!(self.shared.answered.notified());
        answered.as_mut().enable();
        match self.shared.beat_now.get() {
            Some(beat_now) => beat_now(),
            // A context made for a test has no service to ask.
            None => return Ok(()),
        }
        tokio::select! {
            reason = self.cancelled() => Err(Cancelled { reason }),
            () = answered => self.wanted(),
        }
    }

    /// Lets the handler return while the task goes on: the returned [`Completion`] finishes it
    /// later, from anywhere. What the handler returns after this is not used.
    ///
    /// Heartbeats go on, the slot stays taken, and the time limit goes on to count.
    /// A second call takes the task away from the first completion, as if that came too late.
    pub fn detach(&self) -> Completion {
        Completion::new(self.clone(), self.shared.detached.again())
    }

    /// The result of the task: the handler's own, or that of the completion if the handler has
    /// detached the task.
    pub(crate) async fn completed(
        &self,
        returned: Result<Payload, Failure>,
    ) -> Result<Payload, Failure> {
        match self.shared.detached.at_once(returned) {
            Ok(result) => result,
            // Boxed: few tasks are detached, and every task would make room for it.
            Err(()) => Box::pin(self.shared.detached.result()).await,
        }
    }

    /// Whether the task was still there to be ended by this completion.
    pub(crate) fn complete(&self, completion: u64, result: Result<Payload, Failure>) -> bool {
        self.shared.detached.complete(completion, result)
    }

    pub(crate) fn cancel(&self, reason: CancelReason) {
        // The first reason stays: it is the one that the handler acted on.
        let _ = self.shared.reason.set(reason);
        if reason == CancelReason::Finished {
            self.shared.detached.end();
        }
        self.shared.cancelled.cancel();
    }

    /// Says how the handler's request for a heartbeat is passed on.
    pub(crate) fn on_beat_wanted(&self, beat_now: impl Fn() + Send + Sync + 'static) {
        // A context belongs to one task, and a task has one heartbeat.
        let _ = self.shared.beat_now.set(Box::new(beat_now));
    }

    /// Says who is told of every progress, for a test.
    #[cfg(feature = "test-util")]
    pub(crate) fn on_progress(&self, progressed: impl Fn(Progress) + Send + Sync + 'static) {
        // A context belongs to one task, and a test watches it once.
        let _ = self.shared.progressed.set(Box::new(progressed));
    }

    /// Whether the handler has detached the task.
    #[cfg(feature = "test-util")]
    pub(crate) fn is_detached(&self) -> bool {
        self.shared.detached.is_detached()
    }

    /// How many signs of life there were; only whether it grows means something.
    pub(crate) fn signs(&self) -> u64 {
        self.shared.signs.load(Ordering::Relaxed)
    }

    fn sign(&self) {
        self.shared.signs.fetch_add(1, Ordering::Relaxed);
    }

    /// The threads on which the handler blocks.
    pub(crate) fn threads(&self) -> &Threads {
        &self.shared.threads
    }

    /// Wakes those who wait for a heartbeat to be answered.
    pub(crate) fn beat_answered(&self) {
        self.shared.answered.notify_waiters();
    }

    fn reason(&self) -> CancelReason {
        self.cancel_reason().unwrap_or(CancelReason::Finished)
    }
}

impl Cancelled {
    /// Why the task was cancelled.
    #[must_use]
    pub fn reason(&self) -> CancelReason {
        self.reason
    }
}

#[diagnostic::do_not_recommend]
impl ActivityError for Cancelled {
    /// None: the worker itself sends these names, whatever a handler returns.
    const FAILURES: &'static [ErrorInfo] = &[];

    /// The name that the worker itself gives to the reason.
    fn error_name(&self) -> ErrorName {
        ErrorName::from_static(match self.reason {
            CancelReason::Deadline => names::TIMEOUT,
            CancelReason::Stalled => names::STALLED,
            CancelReason::ShuttingDown => names::SHUTTING_DOWN,
            CancelReason::LeaseLost | CancelReason::Finished => names::TASK_FAILED,
        })
    }
}

impl fmt::Display for CancelReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LeaseLost => "the service no longer wants it",
            Self::Deadline => "its time limit has passed",
            Self::Stalled => "its handler showed no sign of life",
            Self::ShuttingDown => "the worker is shutting down",
            Self::Finished => "its handler has returned",
        })
    }
}

impl fmt::Debug for ActivityContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivityContext")
            .field("activity", &self.shared.activity)
            .field("token", &self.shared.token)
            .field("cancelled", &self.cancel_reason())
            .finish_non_exhaustive()
    }
}
