//! One execution of a definition with a worker for its tasks, in one call: `Engine::run`.

use std::fmt::Display;

use serde::Serialize;
use serde_json::Value;
use sfn_worker_core::{Summary, Worker, WorkerBuilder};

use super::{Engine, EngineError, ExecutionDescription, ExecutionStatus};
use crate::history::HistoryEvent;

/// What stands before the name in the ARN of an activity, and alone before a name.
const ACTIVITY: &str = "activity:";

/// What became of a definition that [`Engine::run`] ran.
///
/// Its assertions return it again, so that they can be chained.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "a run says what became of it only when it is asked"]
pub struct EngineRun {
    /// The engine that it ran on, with its history.
    pub engine: Engine,
    /// How the execution ended.
    pub execution: ExecutionDescription,
    /// What the worker did.
    pub summary: Summary,
}

/// Why a definition cannot be run with a worker.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The engine does not take the definition, the name of an activity or the input.
    #[error("the engine refuses the run")]
    Engine(#[from] EngineError),
    /// The worker cannot be built.
    #[error("the worker cannot be built")]
    Worker(#[from] sfn_worker_core::BuildError),
}

impl Engine {
    /// Runs a definition once, with a worker for its tasks, on an engine of their own.
    ///
    /// A resource that is an activity may have any region and account, or none: the name
    /// counts, so that the file that is deployed can be run as it is. Activities are created as
    /// they are needed. Within a test with a paused clock, time costs nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use sfn_local_engine::Engine;
    /// # use sfn_worker_core::{Activity, Call, Failure, Payload};
    /// # // Written by hand here: with the macros it is one attribute.
    /// # struct double;
    /// # impl Activity for double {
    /// #     const NAME: &'static str = "double";
    /// #     async fn run(call: Call) -> Result<Payload, Failure> {
    /// #         let number: u64 = call.input()?;
    /// #         Call::output::<_, Failure>(Ok(number * 2))
    /// #     }
    /// # }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let definition = json!({"StartAt": "Double", "States": {"Double": {
    ///     "Type": "Task",
    ///     "Resource": "arn:aws:states:eu-west-1:111122223333:activity:double",
    ///     "End": true,
    /// }}});
    /// let run = Engine::run(definition, 21, |worker| worker.activity::<double>()).await?;
    /// run.assert_succeeded_with(42);
    /// assert_eq!(run.summary.total().succeeded, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The engine does not take the definition or the input, or the worker does not build.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// Dropped midway, the worker is aborted, and the engine ends.
    pub async fn run(
        definition: impl Display,
        input: impl Display,
        worker: impl FnOnce(WorkerBuilder) -> WorkerBuilder,
    ) -> Result<EngineRun, RunError> {
        let engine = Self::new();
        let definition = engine.adopt(&definition.to_string())?;
        let machine = engine.create_state_machine("run", &definition)?;
        let builder = Worker::builder(engine.activity_service())
            .name("run")
            .create_missing(true);
        let worker = worker(builder).build()?;
        let execution = engine.start_execution(&machine, None, &input.to_string())?;
        let shutdown = worker.shutdown_handle();
        let (summary, ended) = tokio::join!(worker.run(), async {
            let ended = engine.wait(&execution).await;
            shutdown.drain();
            engine.close_polls();
            ended
        });
        Ok(EngineRun {
            execution: ended?,
            engine,
            summary,
        })
    }

    /// The definition with the activities of this engine in the place of others of the same
    /// names. What is no JSON is left to whoever parses it.
    fn adopt(&self, definition: &str) -> Result<String, EngineError> {
        let Ok(mut value) = serde_json::from_str(definition) else {
            return Ok(definition.to_owned());
        };
        self.adopt_all(&mut value)?;
        Ok(value.to_string())
    }

    fn adopt_all(&self, value: &mut Value) -> Result<(), EngineError> {
        match value {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.adopt_all(item)),
            Value::Object(members) => members.iter_mut().try_for_each(|(key, member)| {
                let name = (key == "Resource").then(|| activity(member.as_str()?));
                match name.flatten() {
                    Some(name) => *member = self.create_activity(name)?.to_string().into(),
                    None => self.adopt_all(member)?,
                }
                Ok(())
            }),
            _ => Ok(()),
        }
    }
}

impl EngineRun {
    /// The history of the execution.
    ///
    /// # Errors
    ///
    /// `ExecutionDoesNotExist`, which it does.
    pub fn history(&self) -> Result<Vec<HistoryEvent>, EngineError> {
        self.engine.history(&self.execution.arn)
    }

    /// Asserts that the execution succeeded with an output: any value, or a `json!`.
    ///
    /// # Panics
    ///
    /// It ended in another way, or with another output.
    #[track_caller]
    pub fn assert_succeeded_with(&self, output: impl Serialize) -> &Self {
        let execution = &self.execution;
        assert!(
            execution.status == ExecutionStatus::Succeeded,
            "expected a success, but the execution {}",
            self.told()
        );
        let expected = serde_json::to_value(output);
        let found = execution.output.as_deref().unwrap_or("null");
        let found: Result<Value, _> = serde_json::from_str(found);
        match (expected, found) {
            (Ok(expected), Ok(found)) => assert!(
                found == expected,
                "the execution succeeded with another output\n expected: {expected:#}\n    found: {found:#}"
            ),
            (expected, found) => panic!("no JSON: {expected:?}, {found:?}"),
        }
        self
    }

    /// Asserts that the execution failed under this name.
    ///
    /// # Panics
    ///
    /// It ended in another way.
    #[track_caller]
    pub fn assert_failed(&self, error: &str) -> &Self {
        assert!(
            self.execution.error.as_deref() == Some(error),
            "expected a failure {error}, but the execution {}",
            self.told()
        );
        self
    }

    /// How it ended, for the message of a test.
    fn told(&self) -> String {
        let execution = &self.execution;
        match (&execution.output, &execution.error) {
            (Some(output), _) => format!("succeeded with {output}"),
            (None, Some(error)) => {
                let cause = execution.cause.as_deref().unwrap_or_default();
                format!("failed as {error}: {cause}")
            }
            (None, None) => format!("ended as {:?}", execution.status),
        }
    }
}

/// The name of the activity, if a resource is one.
fn activity(resource: &str) -> Option<&str> {
    let (before, name) = resource.rsplit_once(ACTIVITY)?;
    let is_one = before.is_empty() || (before.starts_with("arn:") && before.ends_with(':'));
    is_one.then_some(name)
}
