//! Reports on tasks: success, failure and heartbeats.

use std::sync::Arc;

use serde::de::IgnoredAny;

use super::error::{EngineError, ErrorCode};
use super::shared::Shared;
use super::timers::TimerKey;
use crate::activities::TokenRefused;
use crate::machine::{Event, TaskId};

impl Shared {
    /// Closes a task with its output.
    pub(super) fn succeed(&self, token: &str, output: &str) -> Result<(), EngineError> {
        self.check_token(token)?;
        // Before the task is closed: a worker whose output is refused may still fail the task.
        if let Err(error) = serde_json::from_str::<IgnoredAny>(output) {
            return Err(EngineError::new(
                ErrorCode::InvalidOutput,
                format!("Invalid Output: 'not a JSON document: {error}'"),
            ));
        }
        let output: Arc<str> = output.into();
        self.close_task(token, |task| Event::TaskSucceeded { task, output })
    }

    /// Closes a task with a failure.
    pub(super) fn fail(
        &self,
        token: &str,
        error: Option<String>,
        cause: Option<String>,
    ) -> Result<(), EngineError> {
        self.close_task(token, |task| Event::TaskFailed { task, error, cause })
    }

    /// Sets the heartbeat clock of a task back.
    pub(super) fn heartbeat(&self, token: &str) -> Result<(), EngineError> {
        let now = self.clock.now();
        Ok(self.activities().heartbeat(token, now)?)
    }

    fn check_token(&self, token: &str) -> Result<(), EngineError> {
        self.activities().find(token)?;
        Ok(())
    }

    fn close_task(
        &self,
        token: &str,
        event: impl FnOnce(TaskId) -> Event,
    ) -> Result<(), EngineError> {
        let (serial, execution) = self.activities().find(token)?;
        let mut delivery = self.delivery(&execution);
        // Somebody else may have closed it before the execution's lock was ours.
        let closing = self.activities().close(serial)?;
        if let Some(at) = closing.armed {
            self.cancel(at, TimerKey::Task(serial));
        }
        delivery.forget_task(closing.task);
        let event = event(closing.task);
        // Who succeeds before the call that brought the token was answered lets it be answered.
        if !matches!(event, Event::TaskSucceeded { .. }) {
            delivery.break_off(closing.task);
        }
        delivery.deliver(event);
        Ok(())
    }
}

impl From<TokenRefused> for EngineError {
    fn from(refused: TokenRefused) -> Self {
        match refused {
            TokenRefused::Unknown => Self::invalid_token(),
            TokenRefused::Closed => Self::task_closed(),
        }
    }
}
