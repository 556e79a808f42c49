//! A scripted service and contexts, for unit tests of handlers and of the worker itself.
//!
//! Meant for tests with a paused clock (`#[tokio::test(start_paused = true)]`): polls are held
//! for 60 virtual seconds. For whole state machines use the crate `sfn-local-engine`.

mod guards;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use self::guards::{InFlight, OpenPoll};
use crate::context::{ActivityContext, CancelReason};
use crate::failure::ErrorName;
use crate::name::{ActivityArn, ActivityName, NameError, WorkerName};
use crate::payload::Payload;
use crate::service::{ActivityService, Disposition, PolledTask, ServiceError, ServiceFuture};
use crate::token::TaskToken;

/// How long a poll is held.
const HOLD: Duration = Duration::from_secs(60);

/// Makes a context for calling a handler directly.
///
/// # Errors
///
/// The text is not an activity name.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{ActivityContext, CancelReason, testing};
///
/// fn count(context: &ActivityContext) -> u64 {
///     (0..10).take_while(|_| context.check().is_ok()).count() as u64
/// }
///
/// let context = testing::context("count")?;
/// assert_eq!(count(&context), 10);
/// testing::cancel(&context, CancelReason::Deadline);
/// assert_eq!(count(&context), 0);
/// # Ok::<(), sfn_worker_core::NameError>(())
/// ```
pub fn context(activity: &str) -> Result<ActivityContext, NameError> {
    let worker: WorkerName = "test-worker".parse()?;
    let token = TaskToken::new("test-token");
    Ok(ActivityContext::new(
        activity.parse()?,
        worker,
        token,
        None,
        CancellationToken::new(),
    ))
}

/// Cancels a context as the worker would.
pub fn cancel(context: &ActivityContext, reason: CancelReason) {
    context.cancel(reason);
}

/// A service that does what it is told: it offers tasks and fails calls on request.
///
/// Clones are the same service.
#[derive(Debug, Clone, Default)]
pub struct ScriptedService {
    shared: Arc<Shared>,
}

/// A task that a [`ScriptedService`] offers.
#[derive(Debug, Clone)]
pub struct ScriptedTask {
    token: TaskToken,
    shared: Arc<Shared>,
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

/// The calls of an [`ActivityService`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `poll`.
    Poll,
    /// `succeed`.
    Succeed,
    /// `fail`.
    Fail,
    /// `heartbeat`.
    Heartbeat,
    /// `find`.
    Find,
    /// `create`.
    Create,
}

/// What is to happen to a call.
#[derive(Debug)]
enum Fault {
    /// It is refused before it has an effect.
    Refused(ServiceError),
    /// It has its effect and the answer is lost.
    AnswerLost,
    /// It is answered only after this time.
    Delayed(Duration),
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    queues: BTreeMap<ActivityName, VecDeque<PolledTask>>,
    tasks: BTreeMap<String, Record>,
    faults: BTreeMap<Operation, VecDeque<Fault>>,
    calls: Vec<(Operation, Instant)>,
    open_polls: usize,
    most_open_polls: usize,
    dropped_polls: usize,
    overlapping_calls: usize,
}

#[derive(Debug, Default)]
struct Record {
    taken: bool,
    closed: bool,
    answers: Vec<Answer>,
    beats: Vec<Instant>,
    in_flight: usize,
}

impl ScriptedService {
    /// A service without tasks and faults, in which every activity exists.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Offers a task; the first poll of the activity takes it.
    ///
    /// # Panics
    ///
    /// The text is not an activity name.
    #[must_use]
    pub fn offer(&self, activity: &str, input: &str) -> ScriptedTask {
        let Ok(name) = activity.parse::<ActivityName>() else {
            panic!("{activity:?} is not an activity name");
        };
        let mut state = self.shared.lock();
        let token = TaskToken::new(format!("token-{}", state.tasks.len()));
        state
            .tasks
            .insert(token.expose().to_owned(), Record::default());
        let task = PolledTask {
            token: token.clone(),
            input: Payload::new(input),
        };
        state.queues.entry(name).or_default().push_back(task);
        drop(state);
        self.shared.changed.notify_waiters();
        ScriptedTask {
            token,
            shared: Arc::clone(&self.shared),
        }
    }

    /// Refuses the next call of an operation with an error; repeated, the calls after it.
    pub fn refuse_next(&self, operation: Operation, error: ServiceError) {
        self.fault(operation, Fault::Refused(error));
    }

    /// Carries out the next call of an operation and loses the answer.
    pub fn lose_next_answer(&self, operation: Operation) {
        self.fault(operation, Fault::AnswerLost);
    }

    /// Answers the next call of an operation only after a time.
    pub fn delay_next(&self, operation: Operation, by: Duration) {
        self.fault(operation, Fault::Delayed(by));
    }

    /// When calls of an operation were made.
    #[must_use]
    pub fn calls(&self, operation: Operation) -> Vec<Instant> {
        let state = self.shared.lock();
        state
            .calls
            .iter()
            .filter(|(made, _)| *made == operation)
            .map(|(_, at)| *at)
            .collect()
    }

    /// How many polls are open now.
    #[must_use]
    pub fn open_polls(&self) -> usize {
        self.shared.lock().open_polls
    }

    /// How many polls were open at a time at the most.
    #[must_use]
    pub fn most_open_polls(&self) -> usize {
        self.shared.lock().most_open_polls
    }

    /// How many polls were dropped before they were answered.
    #[must_use]
    pub fn dropped_polls(&self) -> usize {
        self.shared.lock().dropped_polls
    }

    /// How many calls were made for a token while another one for it was in flight.
    #[must_use]
    pub fn overlapping_calls(&self) -> usize {
        self.shared.lock().overlapping_calls
    }

    /// Waits until a condition on the service holds.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    pub async fn until(&self, condition: impl Fn(&Self) -> bool) {
        loop {
            let changed = self.shared.changed.notified();
            if condition(self) {
                return;
            }
            changed.await;
        }
    }

    fn fault(&self, operation: Operation, fault: Fault) {
        self.shared
            .lock()
            .faults
            .entry(operation)
            .or_default()
            .push_back(fault);
    }
}

impl ScriptedTask {
    /// Waits until the task is answered.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    pub async fn answer(&self) -> Answer {
        loop {
            let changed = self.shared.changed.notified();
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
        self.shared.changed.notify_waiters();
    }

    fn record<T>(&self, look: impl FnOnce(&mut Record) -> T) -> T {
        let mut state = self.shared.lock();
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

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a call and takes the fault that is meant for it.
    fn enter(&self, operation: Operation) -> Option<Fault> {
        let mut state = self.lock();
        state.calls.push((operation, Instant::now()));
        state
            .faults
            .get_mut(&operation)
            .and_then(VecDeque::pop_front)
    }

    async fn call<T>(
        &self,
        operation: Operation,
        effect: impl FnOnce(&mut State) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let fault = self.enter(operation);
        if let Some(Fault::Delayed(by)) = fault {
            tokio::time::sleep(by).await;
        }
        let result = match fault {
            Some(Fault::Refused(error)) => Err(error),
            Some(Fault::AnswerLost) => effect(&mut self.lock()).and_then(|_| Err(answer_lost())),
            Some(Fault::Delayed(_)) | None => effect(&mut self.lock()),
        };
        self.changed.notify_waiters();
        result
    }

    async fn report(
        &self,
        operation: Operation,
        token: &TaskToken,
        effect: impl FnOnce(&mut Record),
    ) -> Result<(), ServiceError> {
        let _in_flight = InFlight::enter(self, token);
        self.call(operation, |state| {
            match state.tasks.get_mut(token.expose()) {
                None => Err(gone("InvalidToken")),
                Some(record) if record.closed => Err(gone("TaskTimedOut")),
                Some(record) => {
                    effect(record);
                    Ok(())
                }
            }
        })
        .await
    }

    async fn poll(&self, activity: &ActivityName) -> Result<Option<PolledTask>, ServiceError> {
        match self.enter(Operation::Poll) {
            Some(Fault::Refused(error)) => return Err(error),
            Some(Fault::AnswerLost) => return Err(answer_lost()),
            Some(Fault::Delayed(by)) => tokio::time::sleep(by).await,
            None => {}
        }
        let mut open = OpenPoll::enter(self);
        let next = async {
            loop {
                let changed = self.changed.notified();
                if let Some(task) = self.take(activity) {
                    return task;
                }
                changed.await;
            }
        };
        let task = timeout(HOLD, next).await.ok();
        open.answered = true;
        Ok(task)
    }

    fn take(&self, activity: &ActivityName) -> Option<PolledTask> {
        let mut state = self.lock();
        let task = state.queues.get_mut(activity)?.pop_front()?;
        if let Some(record) = state.tasks.get_mut(task.token.expose()) {
            record.taken = true;
        }
        Some(task)
    }
}

impl ActivityService for ScriptedService {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        _worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        Box::pin(self.shared.poll(activity.name()))
    }

    fn succeed<'a>(&'a self, token: &'a TaskToken, output: &'a Payload) -> ServiceFuture<'a, ()> {
        Box::pin(self.shared.report(Operation::Succeed, token, |record| {
            record.answers.push(Answer::Succeeded(output.clone()));
            record.closed = true;
        }))
    }

    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        Box::pin(self.shared.report(Operation::Fail, token, |record| {
            let (error, cause) = (error.as_str().to_owned(), cause.to_owned());
            record.answers.push(Answer::Failed { error, cause });
            record.closed = true;
        }))
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        Box::pin(self.shared.report(Operation::Heartbeat, token, |record| {
            record.beats.push(Instant::now());
        }))
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        Box::pin(
            self.shared
                .call(Operation::Find, |_| names.iter().map(arn).collect()),
        )
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        Box::pin(self.shared.call(Operation::Create, |_| arn(name)))
    }
}

fn arn(name: &ActivityName) -> Result<ActivityArn, ServiceError> {
    format!("arn:aws:states:us-east-1:000000000000:activity:{name}")
        .parse()
        .map_err(|error: NameError| ServiceError::new(Disposition::Refused, error.to_string()))
}

fn answer_lost() -> ServiceError {
    ServiceError::new(Disposition::Transient, "the answer was lost").with_unknown_outcome()
}

fn gone(code: &str) -> ServiceError {
    ServiceError::new(Disposition::Gone, "the task is closed").with_code(code)
}
