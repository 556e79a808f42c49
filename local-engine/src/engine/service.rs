//! The engine as the port of a worker in the same process.

use sfn_worker_core::{
    ActivityArn, ActivityName, ActivityService, Disposition, ErrorName, Payload, PolledTask,
    ServiceError, ServiceFuture, TaskToken, WorkerName,
};

use super::Engine;
use super::error::{EngineError, ErrorCode};

/// An [`ActivityService`] without a network: calls go straight to an engine in this process.
///
/// Polls are held up to 60 seconds of the runtime's time, so a paused clock works. A dropped
/// poll is an abandoned one, treated as
/// [`EngineBuilder::abandoned_polls`](super::EngineBuilder::abandoned_polls) says.
#[derive(Debug, Clone)]
pub struct EngineActivities {
    engine: Engine,
}

impl EngineActivities {
    pub(super) fn new(engine: Engine) -> Self {
        Self { engine }
    }
}

impl ActivityService for EngineActivities {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        Box::pin(async move {
            let name = Some(worker.as_str().to_owned());
            let task = self.engine.shared.poll(activity, name).await?;
            Ok(task.map(|task| PolledTask {
                token: TaskToken::new(task.token),
                input: Payload::new(task.input),
            }))
        })
    }

    fn succeed<'a>(&'a self, token: &'a TaskToken, output: &'a Payload) -> ServiceFuture<'a, ()> {
        Box::pin(async move {
            if output.len() > Payload::LIMIT {
                return Err(too_long("output", Payload::LIMIT).into());
            }
            self.engine
                .shared
                .succeed(token.expose(), output.as_str())?;
            Ok(())
        })
    }

    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        Box::pin(async move {
            if cause.len() > CAUSE_LIMIT {
                return Err(too_long("cause", CAUSE_LIMIT).into());
            }
            let error = Some(error.as_str().to_owned());
            let cause = Some(cause.to_owned());
            self.engine.shared.fail(token.expose(), error, cause)?;
            Ok(())
        })
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        Box::pin(async move { Ok(self.engine.shared.heartbeat(token.expose())?) })
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        Box::pin(async move { Ok(self.engine.find_activities(names)) })
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        Box::pin(async move { Ok(self.engine.create_activity(name.as_str())?) })
    }
}

/// The longest cause that the service accepts.
const CAUSE_LIMIT: usize = 32_768;

fn too_long(member: &str, limit: usize) -> EngineError {
    EngineError::new(
        ErrorCode::ValidationException,
        format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: \
             Member must have length less than or equal to {limit}"
        ),
    )
}

impl From<EngineError> for ServiceError {
    fn from(error: EngineError) -> Self {
        let code = error.code();
        let disposition = match code {
            ErrorCode::TaskTimedOut | ErrorCode::InvalidToken => Disposition::Gone,
            ErrorCode::ActivityWorkerLimitExceeded => Disposition::Throttled,
            ErrorCode::ActivityDoesNotExist => Disposition::Denied,
            _ => Disposition::Refused,
        };
        let refused = Self::new(disposition, error.to_string()).with_code(code.as_str());
        match code {
            ErrorCode::ActivityDoesNotExist => refused.with_activity_missing(),
            ErrorCode::ActivityWorkerLimitExceeded => refused.with_too_many_polls(),
            _ => refused,
        }
    }
}
