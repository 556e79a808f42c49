//! A simulated account of the service, in virtual time: quotas, limits, holds, a network.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sfn_worker_core::{
    ActivityArn, ActivityService, Disposition, ErrorName, Payload, PolledTask, ServiceError,
    ServiceFuture, TaskToken, WorkerName,
};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use crate::ledger::Ledger;
use crate::line::{Answer, Line, Scheduled};
use crate::quota::{Bucket, Quota};

/// How long the service holds a poll.
const HOLD: Duration = Duration::from_secs(60);
/// Half of a round trip on a good day.
const ONE_WAY: Duration = Duration::from_millis(10);

/// What the ARNs of the account begin with.
pub(crate) const PREFIX: &str = "arn:aws:states:eu-west-1:123456789012:activity:";

/// An account; clones are the same account.
#[derive(Debug, Clone)]
pub(crate) struct Account(Arc<Mutex<State>>);

#[derive(Debug)]
pub(crate) struct State {
    polls: Bucket,
    successes: Bucket,
    down: bool,
    used_up: bool,
    pub(crate) lines: Vec<Line>,
    pub(crate) ledger: Ledger,
}

impl Account {
    pub(crate) fn new(activities: usize, quota: Quota) -> Self {
        Self(Arc::new(Mutex::new(State {
            polls: Bucket::full(quota),
            successes: Bucket::full(quota),
            down: false,
            used_up: false,
            lines: (0..activities).map(|_| Line::default()).collect(),
            ledger: Ledger::new(),
        })))
    }

    /// Schedules a task.
    pub(crate) fn schedule(&self, activity: usize, work: Duration) {
        let task = Scheduled {
            at: Instant::now(),
            work,
        };
        let mut state = self.state();
        state.ledger.scheduled();
        state.lines[activity].schedule(task);
    }

    /// Is not to be reached until it is said otherwise; polls that are held are cut.
    pub(crate) fn down(&self, down: bool) {
        let mut state = self.state();
        state.down = down;
        if down {
            state.lines.iter_mut().for_each(Line::cut);
        }
    }

    /// Somebody else uses up the quotas, until it is said otherwise.
    pub(crate) fn used_up(&self, used_up: bool) {
        self.state().used_up = used_up;
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a poll that has arrived, or what it is to wait for.
    fn arrived(&self, activity: usize) -> Result<Answer, ServiceError> {
        let mut state = self.state();
        if state.down {
            return Err(unreachable());
        }
        if state.used_up || !state.polls.take() {
            state.ledger.refused();
            return Err(throttled());
        }
        let now = Instant::now();
        let answer = state.lines[activity].poll(now);
        if matches!(answer, Answer::TooMany) {
            state.ledger.too_many();
            return Err(too_many());
        }
        state.ledger.accepted();
        Ok(answer)
    }

    async fn held(
        &self,
        activity: usize,
        mut held: oneshot::Receiver<Scheduled>,
    ) -> Result<Option<Scheduled>, ServiceError> {
        let _open = Open(self, activity);
        match timeout(HOLD, &mut held).await {
            Ok(Ok(task)) => Ok(Some(task)),
            Ok(Err(_)) => Err(unreachable().with_unknown_outcome()),
            Err(_) => {
                held.close();
                Ok(held.try_recv().ok())
            }
        }
    }
}

/// A poll that is held counts as long as this lives.
struct Open<'a>(&'a Account, usize);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.state().lines[self.1].open -= 1;
    }
}

impl ActivityService for Account {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        _worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        let activity: usize = activity.name().as_str().parse().unwrap_or(usize::MAX);
        Box::pin(async move {
            sleep(one_way()).await;
            let answer = match self.arrived(activity) {
                Ok(Answer::Hold(held)) => self.held(activity, held).await,
                Ok(Answer::Task(task)) => Ok(Some(task)),
                Ok(Answer::TooMany) => Err(too_many()),
                Err(error) => Err(error),
            };
            sleep(one_way()).await;
            let Some(task) = answer? else {
                return Ok(None);
            };
            let number = self.state().ledger.picked_up(task.at.elapsed());
            Ok(Some(PolledTask {
                token: TaskToken::new(number.to_string()),
                input: Payload::new(task.work.as_millis().to_string()),
            }))
        })
    }

    fn succeed<'a>(&'a self, _token: &'a TaskToken, _output: &'a Payload) -> ServiceFuture<'a, ()> {
        Box::pin(async move {
            sleep(one_way()).await;
            let answer = {
                let mut state = self.state();
                if state.down {
                    Err(unreachable())
                } else if !state.used_up && state.successes.take() {
                    Ok(())
                } else {
                    state.ledger.report_refused();
                    Err(throttled())
                }
            };
            sleep(one_way()).await;
            answer
        })
    }

    fn fail<'a>(
        &'a self,
        _token: &'a TaskToken,
        error: &'a ErrorName,
        _cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        panic!("no handler of the fleet fails, and this one did with {error}");
    }

    fn heartbeat<'a>(&'a self, _token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        Box::pin(sleep_there_and_back())
    }
}

async fn sleep_there_and_back() -> Result<(), ServiceError> {
    sleep(one_way() + one_way()).await;
    Ok(())
}

/// The time on the way: most often about the same, now and then much longer.
fn one_way() -> Duration {
    let slow = fastrand::u8(..) < 3;
    ONE_WAY.mul_f64(if slow {
        2.0 + 8.0 * fastrand::f64()
    } else {
        0.8 + 0.4 * fastrand::f64()
    })
}

fn throttled() -> ServiceError {
    ServiceError::new(Disposition::Throttled, "Rate exceeded").with_code("ThrottlingException")
}

fn too_many() -> ServiceError {
    ServiceError::new(
        Disposition::Throttled,
        "the maximum number of concurrent polls has been reached",
    )
    .with_code("ActivityWorkerLimitExceeded")
    .with_too_many_polls()
}

fn unreachable() -> ServiceError {
    ServiceError::new(Disposition::Transient, "connection refused")
}
