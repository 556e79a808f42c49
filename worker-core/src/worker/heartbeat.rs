//! Keeps tasks alive: one schedule for the whole worker, apart from the handlers.
//!
//! P5: heartbeats do not depend on handlers. Where calls leave the process, the schedule runs on
//! a thread of its own with a runtime of its own, so that it goes on while every handler blocks
//! every thread of the worker's runtime. It also keeps the time limits and watches for handlers
//! that hang, for the same reason.
//!
//! I4: at most one call is in flight per token. A run that wants to report takes the token's
//! turn, and heartbeats wait; between the attempts it gives the turn back.
//!
//! I5: *gone* cancels the handler and is not an error.

mod board;
mod budget;
mod entry;
mod lease;

pub(crate) use entry::Plan;
pub(crate) use lease::Lease;

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::task::TaskTracker;

use self::board::{Beat, Board, Next};
use crate::context::ActivityContext;
use crate::service::{ActivityService, Disposition, ServiceError};
use crate::token::TaskToken;

/// How many heartbeats are in flight at a time, and so how many connections they use.
const IN_FLIGHT: usize = 32;
/// A heartbeat that is not answered for so long is given up and repeated; whoever implements the
/// service should be faster, so that heartbeats that hang do not keep the others waiting.
const HANGS: Duration = Duration::from_secs(20);

/// The heartbeats of a worker; those of its tasks end with their leases.
#[derive(Debug)]
pub(crate) struct Heartbeats {
    board: Arc<Board>,
    /// Done when nothing is sent any more.
    ended: oneshot::Receiver<()>,
}

/// Where heartbeats are sent from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// From the runtime of the worker, with its clock.
    Beside,
    /// From a thread of their own.
    Thread,
    /// From a thread of their own, whose clock jumps ahead whenever nothing is to be done.
    #[cfg(feature = "test-util")]
    VirtualThread,
}

/// What tasks are given to, to be kept alive; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    board: Arc<Board>,
}

impl Heartbeats {
    /// Starts the schedule, with so many heartbeats a second at the most.
    ///
    /// `tracker` owns it where it has no thread of its own.
    pub(crate) fn start(
        service: Arc<dyn ActivityService>,
        per_second: u32,
        place: Place,
        tracker: &TaskTracker,
    ) -> Self {
        let board = Arc::new(Board::new(per_second));
        let (done, ended) = oneshot::channel();
        let schedule = {
            let (board, service) = (Arc::clone(&board), Arc::clone(&service));
            async move {
                keep(&board, service).await;
                // Nobody waits any more when the worker was dropped.
                let _ = done.send(());
            }
        };
        match place.runtime() {
            None => drop(tracker.spawn(schedule)),
            Some(runtime) => {
                let started = runtime.and_then(|runtime| {
                    thread::Builder::new()
                        .name("sfn-heartbeats".to_owned())
                        .spawn(move || runtime.block_on(schedule))
                });
                if let Err(error) = started {
                    // The schedule is gone with the closure; one beside the handlers is better
                    // than none.
                    tracing::error!(%error, "heartbeats get no thread of their own: a handler that blocks every thread of the runtime can silence them");
                    return Self::start(service, per_second, Place::Beside, tracker);
                }
            }
        }
        Self { board, ended }
    }

    pub(crate) fn keeper(&self) -> Keeper {
        Keeper {
            board: Arc::clone(&self.board),
        }
    }

    /// Ends the schedule, whatever is left on it, and waits until nothing is sent any more.
    pub(crate) async fn end(mut self) {
        self.board.end();
        let _ = (&mut self.ended).await;
    }
}

impl Drop for Heartbeats {
    /// Ends the schedule as soon as no task is left to be kept alive.
    fn drop(&mut self) {
        self.board.close();
    }
}

impl Place {
    /// The runtime of the thread, if there is to be one.
    fn runtime(self) -> Option<std::io::Result<tokio::runtime::Runtime>> {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        match self {
            Self::Beside => return None,
            Self::Thread => {}
            #[cfg(feature = "test-util")]
            Self::VirtualThread => {
                builder.start_paused(true);
            }
        }
        Some(builder.enable_all().build())
    }
}

impl Keeper {
    /// Keeps a task alive from now on, until the lease is dropped.
    pub(crate) fn keep(
        &self,
        token: TaskToken,
        received: Instant,
        plan: Plan,
        context: &ActivityContext,
    ) -> Lease {
        Lease::new(&self.board, token, received, plan, context)
    }
}

/// Sends what is due, until the board is closed and no task is left on it.
async fn keep(board: &Arc<Board>, service: Arc<dyn ActivityService>) {
    let mut in_flight: JoinSet<(Beat, Option<Result<(), ServiceError>>)> = JoinSet::new();
    loop {
        let wake_at = loop {
            match board.next(Instant::now(), in_flight.len() < IN_FLIGHT) {
                Next::Beat(beat) => {
                    in_flight.spawn(send(Arc::clone(&service), beat));
                }
                Next::At(at) => break Some(at),
                Next::Nothing => break None,
                Next::Over => {
                    in_flight.shutdown().await;
                    return;
                }
            }
        };
        tokio::select! {
            Some(sent) = in_flight.join_next() => match sent {
                Ok((beat, answer)) => board.settle(&beat, answer, Instant::now()),
                Err(error) => tracing::error!(%error, "sending a heartbeat panicked"),
            },
            () = until(wake_at) => {}
            () = board.changed() => {}
        }
    }
}

/// Sends one heartbeat, unless the run takes the turn away meanwhile.
async fn send(
    service: Arc<dyn ActivityService>,
    beat: Beat,
) -> (Beat, Option<Result<(), ServiceError>>) {
    let answer = {
        let mut sending = service.heartbeat(&beat.token);
        tokio::select! {
            biased;
            answer = poll_fn(|context| sending.as_mut().poll(context)) => Some(answer),
            () = beat.recalled.notified() => None,
            () = sleep(HANGS) => Some(Err(hangs())),
        }
    };
    (beat, answer)
}

fn hangs() -> ServiceError {
    ServiceError::new(Disposition::Transient, "the heartbeat was not answered")
        .with_unknown_outcome()
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}
