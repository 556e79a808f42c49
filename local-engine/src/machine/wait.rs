//! Wait: lets time pass until an instant.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::failure::Failure;
use super::flow;
use super::frame::{Visit, Waiting};
use super::{Machine, evaluate};
use crate::asl::{StateKind, Wait, WaitUntil};
use crate::query::jsonata::{EvaluationError, Expression};
use crate::query::{JsonPath, parse_timestamp};

/// The service counts the seconds of a delay in 32 bits: a little more than 24,855 days.
const MAX_DELAY: SignedDuration = SignedDuration::from_secs(i32::MAX as i64);

impl Machine {
    pub(super) fn wait(&mut self, visit: Visit, wait: &Wait) {
        match self.wait_end(&visit, wait) {
            Ok(end) if end <= self.recorder.now() => self.wait_over(visit),
            Ok(end) => {
                let timer = self.recorder.start_timer_at(visit.frame.id, end);
                self.park(visit, Waiting::Wait { timer });
            }
            Err(failure) => self.fail(visit, failure),
        }
    }

    pub(super) fn wait_over(&mut self, visit: Visit) {
        let state = visit.state.clone();
        let StateKind::Wait(wait) = &state.kind else {
            return;
        };
        let done = flow::unchanged(&self.shared, &visit, wait.transition.clone());
        self.finish(visit, done);
    }

    /// The instant until which the state waits.
    fn wait_end(&self, visit: &Visit, wait: &Wait) -> Result<Timestamp, Failure> {
        let now = self.recorder.now();
        let too_long = || Failure::runtime(visit, "Wait state delay is too long.");
        let after = |seconds: u64| {
            let delay =
                SignedDuration::try_from(Duration::from_secs(seconds)).map_err(|_| too_long())?;
            now.checked_add(delay).map_err(|_| too_long())
        };
        let end = match &wait.until {
            WaitUntil::Seconds(seconds) => after(*seconds)?,
            WaitUntil::SecondsPath(path) => after(self.seconds(visit, path)?)?,
            WaitUntil::Timestamp(timestamp) => *timestamp,
            WaitUntil::TimestampPath(path) => self.timestamp(visit, path)?,
            WaitUntil::SecondsExpression(expression) => {
                let seconds =
                    evaluate::number(&self.shared, visit, expression, 0, MAX_DELAY.as_secs())?;
                after(seconds.unsigned_abs())?
            }
            WaitUntil::TimestampExpression(expression) => self.timestamp_of(visit, expression)?,
        };
        if end.duration_since(now) > MAX_DELAY {
            Err(too_long())
        } else {
            Ok(end)
        }
    }

    fn timestamp_of(&self, visit: &Visit, expression: &Expression) -> Result<Timestamp, Failure> {
        let text = evaluate::text(&self.shared, visit, expression)?;
        parse_timestamp(&text).ok_or_else(|| {
            let field = expression.field();
            let message = format!(
                "The {field} field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
            );
            evaluate::failure(visit, &EvaluationError::at(field, message))
        })
    }

    fn seconds(&self, visit: &Visit, path: &JsonPath) -> Result<u64, Failure> {
        let input = flow::effective_input(&self.shared, visit)?;
        let found = flow::find(&self.shared, visit, &input, path, "SecondsPath")?;
        let wrong = |what: &str| {
            let shown = flow::shown(&found);
            Failure::runtime(
                visit,
                &format!("The SecondsPath parameter {what}: {path} == {shown}"),
            )
        };
        let seconds = found
            .as_i64()
            .ok_or_else(|| wrong("cannot be parsed as a long value"))?;
        u64::try_from(seconds).map_err(|_| wrong("references a negative value"))
    }

    fn timestamp(&self, visit: &Visit, path: &JsonPath) -> Result<Timestamp, Failure> {
        let input = flow::effective_input(&self.shared, visit)?;
        let found = flow::find(&self.shared, visit, &input, path, "TimestampPath")?;
        found.as_str().and_then(parse_timestamp).ok_or_else(|| {
            let shown = flow::shown(&found);
            let message = format!(
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {path} == {shown}"
            );
            Failure::runtime(visit, &message)
        })
    }
}
