//! A task that the scripted service offers, and how it was answered.

use std::sync::Arc;

use tokio::time::Instant;

use super::script::{Record, Script};
use crate::payload::Payload;
use crate::token::TaskToken;

/// A task that a [`ScriptedService`](super::ScriptedService) offers.
#[derive(Debug, Clone)]
pub struct ScriptedTask {
    pub(super) token: TaskToken,
    pub(super) script: Arc<Script>,
}

/// How a task was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// With `succeed`.
    Succeeded(Payload),
    /// With `fail`.
    Failed {
        /// The error name.
        error: String,
        /// The cause.
        cause: String,
    },
}

impl ScriptedTask {
    /// Waits until the task is answered.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    pub async fn answer(&self) -> Answer {
        loop {
            let changed = self.script.changed.notified();
            if let Some(answer) = self.answers().into_iter().next() {
                return answer;
            }
            changed.await;
        }
    }

    /// Every answer that the service took for the task: one, unless the worker is wrong.
    #[must_use]
    pub fn answers(&self) -> Vec<Answer> {
        self.record(|record| record.answers.clone())
    }

    /// When heartbeats came.
    #[must_use]
    pub fn heartbeats(&self) -> Vec<Instant> {
        self.record(|record| record.beats.clone())
    }

    /// Whether a poll took the task.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.record(|record| record.taken)
    }

    /// Closes the task as a time-out or `StopExecution` would: every call for it answers that
    /// it is gone.
    pub fn close(&self) {
        self.record(|record| record.closed = true);
        self.script.changed.notify_waiters();
    }

    fn record<T>(&self, look: impl FnOnce(&mut Record) -> T) -> T {
        let mut state = self.script.lock();
        look(
            state
                .tasks
                .entry(self.token.expose().to_owned())
                .or_default(),
        )
    }
}

impl Answer {
    /// The output, if the task succeeded.
    #[must_use]
    pub fn output(&self) -> Option<&str> {
        match self {
            Self::Succeeded(output) => Some(output.as_str()),
            Self::Failed { .. } => None,
        }
    }

    /// The error name, if the task failed.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Succeeded(_) => None,
            Self::Failed { error, .. } => Some(error),
        }
    }

    /// The cause, if the task failed.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Succeeded(_) => None,
            Self::Failed { cause, .. } => Some(cause),
        }
    }
}
