//! A task that the scripted service offers, and how it was answered.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

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
    /// Closes the task when no heartbeat has come for this time since it was taken or since the
    /// last one, as `HeartbeatSeconds` does.
    #[must_use]
    pub fn heartbeat_timeout(self, limit: Duration) -> Self {
        self.script
            .limit(&self.token, |record| record.heartbeat_timeout = Some(limit));
        self
    }

    /// Closes the task when it has not been answered this long after it was taken, as
    /// `TimeoutSeconds` does.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        self.script
            .limit(&self.token, |record| record.timeout = Some(limit));
        self
    }

    /// Waits until the task is answered.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    pub async fn answer(&self) -> Answer {
        loop {
            let changed = self.script.gate.ledger.changed();
            if let Some(answer) = self.answers().into_iter().next() {
                return answer;
            }
            changed.await;
        }
    }

    /// Waits until the task is closed: answered, or given up by the service.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    pub async fn closed(&self) {
        loop {
            let changed = self.script.gate.ledger.changed();
            let (closed, deadline) = self.record(|record| (record.closed, record.deadline()));
            if closed {
                return;
            }
            match deadline {
                None => changed.await,
                Some(deadline) => tokio::select! {
                    () = changed => {}
                    () = sleep_until(deadline) => {}
                },
            }
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
        self.record(|record| record.taken.is_some())
    }

    /// Whether the task is closed: answered, or given up by the service.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.record(|record| record.closed)
    }

    /// Closes the task as a time-out or `StopExecution` would: every call for it answers that
    /// it is gone.
    pub fn close(&self) {
        self.script.close(&self.token);
    }

    fn record<T>(&self, look: impl FnOnce(&mut Record) -> T) -> T {
        self.script.record(&self.token, look)
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
