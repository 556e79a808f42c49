//! What came of a task that a test ran: `TestRun`.

use std::fmt::Debug;
use std::ops::RangeBounds;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::witness::Seen;
use crate::context::{CancelReason, Progress};
use crate::failure::Failure;
use crate::testing::ledger::Ledger;
use crate::testing::task::{Answer, ScriptedTask};

/// What came of a task that [`ActivityTest`](super::ActivityTest) ran.
///
/// Its assertions return it again, so that they can be chained, and their messages show what
/// came instead.
#[derive(Debug, Clone)]
#[must_use = "a run says what came of it only when it is asked"]
pub struct TestRun {
    answer: Option<Answer>,
    heartbeats: Vec<Duration>,
    seen: Seen,
    ledger: Ledger,
}

impl TestRun {
    pub(super) fn new(task: &ScriptedTask, seen: Seen, ledger: &Ledger) -> Self {
        let since = |at: tokio::time::Instant| {
            let started = seen.started.unwrap_or(at);
            at.saturating_duration_since(started)
        };
        Self {
            answer: task.answers().into_iter().next(),
            heartbeats: task.heartbeats().into_iter().map(since).collect(),
            seen,
            ledger: ledger.clone(),
        }
    }

    /// What the service was told; nothing if it no longer wanted the task.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    /// The output, decoded.
    ///
    /// # Panics
    ///
    /// The task did not succeed, or its output is not the JSON of a `T`.
    #[must_use]
    #[track_caller]
    pub fn output<T: DeserializeOwned>(&self) -> T {
        self.answered().decoded()
    }

    /// The error name and the cause, if the task failed.
    #[must_use]
    pub fn failure(&self) -> Option<(&str, &str)> {
        let answer = self.answer.as_ref()?;
        Some((answer.error()?, answer.cause()?))
    }

    /// What the handler itself failed with: the failure with its details, and whether it is
    /// benign. A failure that the worker made, a time-out for example, is only in the
    /// [`answer`](Self::answer).
    #[must_use]
    pub fn handler_failure(&self) -> Option<&Failure> {
        self.seen.failure.as_ref()
    }

    /// Whether the handler was called, and not the task failed before.
    #[must_use]
    pub fn was_called(&self) -> bool {
        self.seen.started.is_some()
    }

    /// Why the task was cancelled while the handler ran, if it was.
    #[must_use]
    pub fn cancel_reason(&self) -> Option<CancelReason> {
        self.seen.cancelled
    }

    /// When heartbeats reached the service, counted from the call of the handler: those that
    /// the worker sends by itself and those that the handler asked for.
    #[must_use]
    pub fn heartbeats(&self) -> &[Duration] {
        &self.heartbeats
    }

    /// Everything that the handler noted with `progress`, in order.
    #[must_use]
    pub fn progress(&self) -> &[Progress] {
        &self.seen.progress
    }

    /// Whether the handler detached the task, to complete it later.
    #[must_use]
    pub fn is_detached(&self) -> bool {
        self.seen.detached
    }

    /// How long the handler took, or was left to go on after it was cancelled; for a detached
    /// task, until it was completed.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.seen.took.unwrap_or_default()
    }

    /// Asserts that the task succeeded.
    ///
    /// # Panics
    ///
    /// It did not.
    #[track_caller]
    pub fn assert_succeeded(&self) -> &Self {
        self.answered().assert_succeeded();
        self
    }

    /// Asserts that the task succeeded with an output: a value of the output's own type, or a
    /// `json!`.
    ///
    /// # Panics
    ///
    /// It did not.
    #[track_caller]
    pub fn assert_succeeded_with(&self, output: impl Serialize) -> &Self {
        self.answered().assert_succeeded_with(output);
        self
    }

    /// Asserts that the task failed under this name.
    ///
    /// # Panics
    ///
    /// It did not.
    #[track_caller]
    pub fn assert_failed(&self, error: &str) -> &Self {
        self.answered().assert_failed(error);
        self
    }

    /// Asserts that the task failed under this name, and that the cause has this text in it.
    ///
    /// # Panics
    ///
    /// It did not.
    #[track_caller]
    pub fn assert_failed_because(&self, error: &str, cause: &str) -> &Self {
        self.answered().assert_failed_because(error, cause);
        self
    }

    /// Asserts that the task failed under this name, and with which
    /// [details](Failure::details): any value, or a `json!`.
    ///
    /// # Panics
    ///
    /// It did not.
    #[track_caller]
    pub fn assert_failed_with(&self, error: &str, details: impl Serialize) -> &Self {
        self.assert_failed(error);
        let expected = match serde_json::to_value(details) {
            Ok(expected) => expected,
            Err(error) => panic!("the expected details cannot be encoded as JSON: {error}"),
        };
        let found = self.handler_failure().and_then(Failure::details);
        assert!(
            found == Some(&expected),
            "the task failed with other details\n expected: {expected:#}\n    found: {found:#?}"
        );
        self
    }

    /// Asserts that the task failed in an ordinary way, which is no trouble of the worker.
    ///
    /// # Panics
    ///
    /// It did not.
    #[track_caller]
    pub fn assert_benign(&self) -> &Self {
        let is_benign = self.handler_failure().is_some_and(Failure::is_benign);
        assert!(
            is_benign,
            "expected a benign failure, but the task {}",
            self.answered().told()
        );
        self
    }

    /// Asserts that nothing was reported, because the service no longer wanted the task.
    ///
    /// # Panics
    ///
    /// Something was reported.
    #[track_caller]
    pub fn assert_abandoned(&self) -> &Self {
        if let Some(answer) = &self.answer {
            panic!("the task was not abandoned: it {}", answer.told());
        }
        self
    }

    /// Asserts that the task was cancelled while the handler ran, and why.
    ///
    /// # Panics
    ///
    /// It was not, or for another reason.
    #[track_caller]
    pub fn assert_cancelled(&self, reason: CancelReason) -> &Self {
        let found = self.cancel_reason();
        assert_eq!(found, Some(reason), "why the task was cancelled");
        self
    }

    /// Asserts how far the handler had come in the end, as it last noted with `progress`.
    ///
    /// # Panics
    ///
    /// It noted something else, or nothing.
    #[track_caller]
    pub fn assert_progress(&self, done: u64, total: u64) -> &Self {
        let last = self.progress().last();
        let found = last.map(|progress| (progress.done, progress.total));
        assert_eq!(
            found,
            Some((done, total)),
            "the last progress (done, total)"
        );
        self
    }

    /// Asserts how many heartbeats reached the service: `1..`, `2..=3`, `..1`.
    ///
    /// # Panics
    ///
    /// There were more or fewer.
    #[track_caller]
    pub fn assert_heartbeats(&self, count: impl RangeBounds<usize> + Debug) -> &Self {
        let heartbeats = self.heartbeats();
        assert!(
            count.contains(&heartbeats.len()),
            "expected {count:?} heartbeats, found {}: {heartbeats:?}",
            heartbeats.len()
        );
        self
    }

    /// Asserts that the service heard of the task in time: that there was never as much time as
    /// this, or more, between receipt, heartbeats and answer. The `HeartbeatSeconds` of the state
    /// are the time to ask for.
    ///
    /// # Panics
    ///
    /// There was; the message says when.
    #[track_caller]
    pub fn assert_kept_alive(&self, limit: Duration) -> &Self {
        let late = self.ledger.late_heartbeats(limit);
        let late: Vec<String> = late.iter().map(ToString::to_string).collect();
        assert!(late.is_empty(), "{}", late.join("\n"));
        self
    }

    /// Asserts how long the handler took, to the millisecond, which is what the clock counts.
    ///
    /// # Panics
    ///
    /// It took longer or less long.
    #[track_caller]
    pub fn assert_took(&self, time: Duration) -> &Self {
        let took = self.took();
        assert_eq!(
            took.as_millis(),
            time.as_millis(),
            "took {took:?}, in milliseconds"
        );
        self
    }

    /// Asserts that the handler detached the task.
    ///
    /// # Panics
    ///
    /// It did not.
    #[track_caller]
    pub fn assert_detached(&self) -> &Self {
        assert!(self.is_detached(), "the handler did not detach the task");
        self
    }

    #[track_caller]
    fn answered(&self) -> &Answer {
        match &self.answer {
            Some(answer) => answer,
            None => panic!("nothing was reported: the service no longer wanted the task"),
        }
    }
}
